import { monthOf, monthStart, weekdayOf } from '../../schedules/civil.ts';
import type { Stretch } from '../../schedules/listed-days.ts';
import type { Effort } from './effort.ts';
import type { RecurrenceRule, WeekdayPart } from './recurrence-rule.ts';

const MONTHS_PER_YEAR = 12;

/**
 * The days of a recurrence rule, period by period: those days of every day, week, month or year
 * that have all that the rule asks for. Needs no more than a look at each day of the periods that
 * lie in the window; with a count, of all periods from the first.
 */
export class Recurrence {
  private readonly rule: RecurrenceRule;

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
  }

  /** The days within the window, in order. */
  *days(window: Stretch, effort: Effort): Generator<number> {
    const { count, interval } = this.rule;
    const last = Math.min(window.to, this.lastDay);
    const from = Math.max(window.from, this.start);
    let period = count === Infinity ? this.periodOf(from) : 0;
    let left = count;
    while (left > 0 && this.firstDayOf(period) <= last) {
      for (const day of this.inPeriod(period, effort)) {
        if (day < this.start || left === 0) continue;
        left -= 1;
        if (day >= from && day <= last) yield day;
      }
      period += interval;
    }
  }

  /** The number of the period in which, or in the pause before which, a day lies; the first is 0. */
  private periodOf(day: number): number {
    const { frequency, interval } = this.rule;
    const passed = {
      DAILY: () => day - this.start,
      WEEKLY: () => (this.weekOf(day) - this.weekOf(this.start)) / 7,
      MONTHLY: () => monthOf(day) - monthOf(this.start),
      YEARLY: () => yearOf(day) - yearOf(this.start),
    }[frequency]();
    return passed - (passed % interval);
  }

  private firstDayOf(period: number): number {
    return {
      DAILY: () => this.start + period,
      WEEKLY: () => this.weekOf(this.start) + 7 * period,
      MONTHLY: () => monthStart(monthOf(this.start) + period),
      YEARLY: () => monthStart((yearOf(this.start) + period) * MONTHS_PER_YEAR),
    }[this.rule.frequency]();
  }

  /** The days that the rule chooses from one period, in order. */
  private inPeriod(period: number, effort: Effort): number[] {
    effort.spend(1);
    const first = this.firstDayOf(period);
    const chosen: number[] = [];
    for (const { from, to } of this.stretches(first)) {
      effort.spend(to - from + 1);
      for (let day = from; day <= to; day += 1) if (this.matches(day)) chosen.push(day);
    }
    const { positions } = this.rule;
    if (!positions) return chosen;
    return chosen.filter(
      (_, index) => positions.has(index + 1) || positions.has(index - chosen.length),
    );
  }

  /** The days to look at in the period that begins with `first`. */
  private stretches(first: number): Stretch[] {
    const { frequency, months } = this.rule;
    if (frequency === 'DAILY') return [{ from: first, to: first }];
    if (frequency === 'WEEKLY') return [{ from: first, to: first + 6 }];

    const month = monthOf(first);
    const length = frequency === 'MONTHLY' ? 1 : MONTHS_PER_YEAR;
    return Array.from({ length }, (_, index) => month + index)
      .filter((each) => !months || months.has((each % MONTHS_PER_YEAR) + 1))
      .map((each) => ({ from: monthStart(each), to: monthStart(each + 1) - 1 }));
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

  private weekOf(day: number): number {
    return firstOfWeek(day, this.rule.weekStart);
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

function firstOfWeek(day: number, weekStart: number): number {
  return day - ((weekdayOf(day) - weekStart + 7) % 7);
}

function yearOf(day: number): number {
  return Math.floor(monthOf(day) / MONTHS_PER_YEAR);
}

function monthBounds(month: number): Stretch {
  return { from: monthStart(month), to: monthStart(month + 1) - 1 };
}

function yearBounds(year: number): Stretch {
  return {
    from: monthStart(year * MONTHS_PER_YEAR),
    to: monthStart((year + 1) * MONTHS_PER_YEAR) - 1,
  };
}
