import { monthOf, monthStart, weekdayOf } from '../../schedules/civil.ts';
import type { Stretch } from '../../schedules/listed-days.ts';
import type { Effort } from './effort.ts';
import {
  firstOfWeek,
  monthBounds,
  MONTHS_PER_YEAR,
  type Periods,
  periodsOf,
  yearBounds,
  yearOf,
} from './periods.ts';
import type { RecurrenceRule, WeekdayPart } from './recurrence-rule.ts';

/**
 * The days of a recurrence rule: those days of every so many periods that have all that it asks
 * for. Looks at each day of the periods that lie in the window, and with a count, which nobody can
 * know otherwise, of all from the first; never beyond, whether a day is found or not.
 */
export class Recurrence {
  private readonly rule: RecurrenceRule;
  private readonly periods: Periods;

  /**
   * @param start the day of the first occurrence.
   * @param lastDay no occurrence lies after it.
   */
  constructor(
    rule: RecurrenceRule,
    private readonly start: number,
    private readonly lastDay: number,
  ) {
    this.rule = completed(rule, start);
    this.periods = periodsOf(rule);
  }

  /** The days within the window, in order, a period at a time; many a period has none. */
  *days(window: Stretch, effort: Effort): Generator<number[]> {
    const last = Math.min(window.to, this.lastDay);
    const from = Math.max(window.from, this.start);
    let left = this.rule.count;
    let period = left === Infinity ? this.periodBy(from) : this.periodBy(this.start);
    while (left > 0 && this.periods.firstDayOf(period) <= last) {
      const days = this.daysIn(period, effort).filter((day) => day >= this.start);
      const counted = days.slice(0, left);
      yield counted.filter((day) => day >= from && day <= last);
      left -= counted.length;
      period += this.rule.interval;
    }
  }

  /** The last period that counts up to the one of this day. */
  private periodBy(day: number): number {
    const period = this.periods.numberOf(day);
    return period - ((period - this.periods.numberOf(this.start)) % this.rule.interval);
  }

  /** The days that the rule chooses from one period, in order. */
  private daysIn(period: number, effort: Effort): number[] {
    const chosen: number[] = [];
    for (const { from, to } of this.stretchesOf(period)) {
      effort.spend(to - from + 1);
      for (let day = from; day <= to; day += 1) if (this.matches(day)) chosen.push(day);
    }
    const { positions } = this.rule;
    if (!positions) return chosen;
    return chosen.filter(
      (_, index) => positions.has(index + 1) || positions.has(index - chosen.length),
    );
  }

  /** What is to be looked at of a period: of long ones only the months that the rule names. */
  private stretchesOf(period: number): Stretch[] {
    const { frequency, months } = this.rule;
    const first = this.periods.firstDayOf(period);
    if (frequency !== 'YEARLY')
      return [{ from: first, to: this.periods.firstDayOf(period + 1) - 1 }];
    return Array.from({ length: MONTHS_PER_YEAR }, (_, index) => index)
      .filter((index) => !months || months.has(index + 1))
      .map((index) => monthBounds(monthOf(first) + index));
  }

  private matches(day: number): boolean {
    const { months, monthDays, yearDays, weeks, weekdays, weekStart } = this.rule;
    const month = monthOf(day);
    if (months && !months.has((month % MONTHS_PER_YEAR) + 1)) return false;
    if (monthDays && !hasPlace(monthDays, day, monthBounds(month))) return false;
    if (yearDays && !hasPlace(yearDays, day, yearBounds(yearOf(day)))) return false;
    if (weeks && !hasWeek(weeks, day, weekStart)) return false;
    return !weekdays || weekdays.some((part) => this.isWeekday(day, part));
  }

  private isWeekday(day: number, { weekday, nth }: WeekdayPart): boolean {
    if (weekdayOf(day) !== weekday) return false;
    if (nth === 0) return true;
    const inMonth = this.rule.frequency === 'MONTHLY' || this.rule.months !== null;
    const { from, to } = inMonth ? monthBounds(monthOf(day)) : yearBounds(yearOf(day));
    return nth > 0
      ? nth === Math.floor((day - from) / 7) + 1
      : nth === -Math.floor((to - day) / 7) - 1;
  }
}

/** What a rule leaves open follows from the day of the first occurrence. */
function completed(rule: RecurrenceRule, start: number): RecurrenceRule {
  const { frequency, months, monthDays, yearDays, weeks, weekdays } = rule;
  const sameWeekday = { ...rule, weekdays: [{ weekday: weekdayOf(start), nth: 0 }] };
  const sameDay = { ...rule, monthDays: new Set([start - monthStart(monthOf(start)) + 1]) };
  if (weekdays || monthDays || yearDays || frequency === 'DAILY') return rule;
  if (frequency === 'WEEKLY' || weeks) return sameWeekday;
  if (frequency === 'MONTHLY' || months) return sameDay;
  return { ...sameDay, months: new Set([(monthOf(start) % MONTHS_PER_YEAR) + 1]) };
}

/** Whether a day has one of these places in a stretch, counted from either end. */
function hasPlace(places: ReadonlySet<number>, day: number, { from, to }: Stretch): boolean {
  return places.has(day - from + 1) || places.has(day - to - 1);
}

/** The first week of a year is the one that has at least four of its days. */
function hasWeek(weeks: ReadonlySet<number>, day: number, weekStart: number): boolean {
  const fourth = firstOfWeek(day, weekStart) + 3;
  const { from, to } = yearBounds(yearOf(fourth));
  return (
    weeks.has(Math.floor((fourth - from) / 7) + 1) || weeks.has(-Math.floor((to - fourth) / 7) - 1)
  );
}
