import { formatDay, dayOf, formatTimeOfDay } from './civil.ts';
import { CronSchedule } from './cron/cron-schedule.ts';
import { usesHash } from './cron/hashed-item.ts';
import { dstEffects, type DstEffect } from './local/dst-effects.ts';
import { ZonedSchedule } from './local/zoned-schedule.ts';
import { parseUnbounded, type ScheduleDefinition } from './parse-schedule.ts';

/** Something about a valid schedule that its owner may not expect. Codes are stable. */
export interface ScheduleWarning {
  code: WarningCode;
  message: string;
}

export const WARNING_CODES = [
  'BOTH_DAY_FIELDS',
  'DRAWN_FOR_JOB',
  'DST_AHEAD',
  'NONE_WITHIN_YEAR',
  'VERY_FREQUENT',
] as const;
type WarningCode = (typeof WARNING_CODES)[number];

const YEAR_MS = 366 * 86_400_000;
const FREQUENT_MS = 60_000;

/**
 * What to tell about a schedule, looking one year ahead.
 * @param soon its next three starts.
 */
export function scheduleWarnings(
  definition: ScheduleDefinition,
  soon: Date[],
  now: Date,
): ScheduleWarning[] {
  const warnings = [
    ...drawnWarnings(definition),
    ...rarityWarnings(soon, now),
    ...frequencyWarnings(soon),
  ];
  const whole = parseUnbounded(definition);
  if (!(whole instanceof ZonedSchedule)) return warnings;
  const from = Math.max(now.getTime(), definition.startAt?.getTime() ?? 0);
  const to = Math.min(now.getTime() + YEAR_MS, definition.endAt?.getTime() ?? Infinity);
  return [...dayFieldWarnings(whole), ...dstWarnings(whole, from / 1000, to / 1000), ...warnings];
}

function drawnWarnings({ schedule, seed }: ScheduleDefinition): ScheduleWarning[] {
  if (seed !== undefined || !usesHash(schedule)) return [];
  const message = 'H is drawn for each job: these are not the instants of yours; name its key';
  return [{ code: 'DRAWN_FOR_JOB', message }];
}

function rarityWarnings([next]: Date[], now: Date): ScheduleWarning[] {
  if (next && next.getTime() <= now.getTime() + YEAR_MS) return [];
  const message = next
    ? `The next instant is more than a year away: ${next.toISOString()}`
    : 'There is no further instant';
  return [{ code: 'NONE_WITHIN_YEAR', message }];
}

function frequencyWarnings(soon: Date[]): ScheduleWarning[] {
  const [first, second, third] = soon.map((date) => date.getTime());
  const gaps = [Number(second) - Number(first), Number(third) - Number(second)];
  // Two gaps, since a burst may begin with the second of them.
  if (!gaps.some((gap) => gap < FREQUENT_MS)) return [];
  return [{ code: 'VERY_FREQUENT', message: 'This runs more often than once a minute' }];
}

function dayFieldWarnings(schedule: ZonedSchedule): ScheduleWarning[] {
  if (!(schedule instanceof CronSchedule) || !schedule.matchesEitherDayField) return [];
  const message =
    'Day of month and day of week are both given: a day that matches either of them counts';
  return [{ code: 'BOTH_DAY_FIELDS', message }];
}

function dstWarnings(schedule: ZonedSchedule, from: number, to: number): ScheduleWarning[] {
  const [first, last] = [Math.max(from, schedule.first), Math.min(to, schedule.last)];
  return dstEffects(schedule, first, last).map((effect) => ({
    code: 'DST_AHEAD',
    message: effectInWords(schedule, effect),
  }));
}

function effectInWords({ timeline }: ZonedSchedule, effect: DstEffect): string {
  const { localTime, shift } = effect;
  const when = `On ${formatDay(dayOf(localTime))} in ${timeline.zone.name} the clock`;
  const time = formatTimeOfDay(localTime);
  if (effect.effect === 'dropped') return `${when} jumps over ${time}, which is left out`;
  if (effect.effect === 'moved') {
    return `${when} jumps over ${time}, which is moved to ${formatTimeOfDay(localTime + shift)}`;
  }
  const which =
    timeline.dst?.overlap === 'both'
      ? 'both times count'
      : `the ${timeline.dst?.overlap} time counts`;
  return `${when} shows ${time} twice; ${which}`;
}
