import { SECONDS_PER_DAY } from '../civil.ts';
import { DayTimes } from '../local/day-times.ts';
import type { ListedTimes } from '../local/listed-times.ts';
import { PeriodDays } from './days/period-days.ts';
import {
  DAYS,
  DAYS_PER_400_YEARS,
  MONTHS,
  Periods,
  weekYears,
  weeksAsPeriods,
  YEARS,
  type PeriodUnit,
} from './days/periods.ts';
import { PickedTimes } from './times/picked-times.ts';
import { PositionedTimes } from './times/positioned-times.ts';
import type { RruleParts } from './grammar/rrule-parts.ts';
import { clockUnits, timesOfDay, type RuleClock } from './rule-clock.ts';
import { dayConditionsOf, mostDaysOf, weeksOf } from './rule-days.ts';
import type { RuleStart } from './rule-start.ts';
import { SetPositions } from './times/set-positions.ts';
import type { SteppedParts } from './times/stepped-times.ts';
import { SteppedUnits } from './times/stepped-units.ts';
import { YearDays } from './days/year-days.ts';

/** All zones follow a lasting rule after so many days, 200 years. */
const DAYS_UNTIL_LASTING = DAYS_PER_400_YEARS / 2;

/**
 * The local times of a rule that goes by days, weeks, months or years; null when BYSETPOS never
 * picks any of them.
 */
export function timesByDay(
  parts: RruleParts,
  start: RuleStart,
  clock: RuleClock,
): ListedTimes | null {
  const { INTERVAL = 1, BYSETPOS } = parts;
  const days = new YearDays(dayConditionsOf(parts, start));
  const periods = new Periods(unitOf(parts), INTERVAL, start.day);
  const reach = (periods.cycleDays + DAYS_UNTIL_LASTING) * SECONDS_PER_DAY;
  const all = timesOfDay(clock);
  const positions = BYSETPOS && new SetPositions(BYSETPOS);
  if (positions && periods.unit !== DAYS) {
    if (!positions.picksFrom(mostDaysOf(parts) * all.size)) return null;
    return new PositionedTimes({ periods, days, times: all, positions }, reach);
  }
  const times = positions ? new PickedTimes(all, positions) : all;
  if (times.size === 0) return null;
  return new DayTimes(INTERVAL === 1 ? days : new PeriodDays(days, periods), times, reach);
}

/** What a rule of hours, minutes or seconds lists; null for other rules. */
export function timesByClock(
  parts: RruleParts,
  start: RuleStart,
  clock: RuleClock,
): SteppedParts | null {
  const cut = clockUnits(parts.FREQ, clock);
  if (!cut) return null;
  const { INTERVAL = 1, BYSETPOS, BYDAY } = parts;
  return {
    days: new YearDays(dayConditionsOf(parts, start)),
    weekdays: BYDAY?.map(({ weekday }) => weekday) ?? [0, 1, 2, 3, 4, 5, 6],
    units: new SteppedUnits(cut.units, cut.unitSeconds, INTERVAL * cut.unitSeconds),
    inside: BYSETPOS ? new PickedTimes(cut.inside, new SetPositions(BYSETPOS)) : cut.inside,
    grain: (shift) => cut.units.grain(shift),
  };
}

function unitOf(parts: RruleParts): PeriodUnit {
  if (parts.FREQ === 'DAILY') return DAYS;
  if (parts.FREQ === 'WEEKLY') return weeksAsPeriods(weeksOf(parts));
  if (parts.FREQ === 'MONTHLY') return MONTHS;
  return parts.BYWEEKNO ? weekYears(weeksOf(parts)) : YEARS;
}
