import { Schedule, epochMs } from './schedule.ts';
import { schedulePartError } from './schedule-error.ts';

const UNIT_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };
const FORM = /^(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?$/;
const LONGEST_MS = 3660 * UNIT_MS.d;

/** 9999-12-31T23:59:59.999Z. */
const LAST_MS = 253_402_300_799_999;

/** Every so many milliseconds from a first instant on: elapsed time, whatever clocks show. */
export class IntervalSchedule extends Schedule {
  readonly kind = 'interval';

  constructor(
    readonly periodMs: number,
    private readonly firstMs: number,
  ) {
    super();
  }

  next(after: Date): Date | null {
    return this.instant(Math.max(0, this.indexUpTo(epochMs(after)) + 1));
  }

  latest(notAfter: Date): Date | null {
    return this.instant(this.indexUpTo(Math.min(LAST_MS, epochMs(notAfter))));
  }

  count(after: Date, notAfter: Date): number {
    const last = this.indexUpTo(Math.min(LAST_MS, epochMs(notAfter)));
    return Math.max(0, last - Math.max(-1, this.indexUpTo(epochMs(after))));
  }

  /** The number of the last instant at or before a time, counted from 0; negative before it. */
  private indexUpTo(ms: number): number {
    return Math.floor((ms - this.firstMs) / this.periodMs);
  }

  private instant(index: number): Date | null {
    const ms = this.firstMs + index * this.periodMs;
    return index < 0 || ms > LAST_MS ? null : new Date(ms);
  }
}

/** Reads `90s` or `1h30m`, which begins at `at` in the expression, as milliseconds. */
export function parsePeriod(text: string, at: number): number {
  const [, days, hours, minutes, seconds] = FORM.exec(text) ?? [];
  const amounts = { d: days, h: hours, m: minutes, s: seconds };
  if (text === '' || Object.values(amounts).every((amount) => amount === undefined)) {
    throw schedulePartError('@every takes whole days, hours, minutes, seconds: 1d, 1h30m, 90s', at);
  }
  const units = Object.entries(UNIT_MS) as [keyof typeof UNIT_MS, number][];
  const ms = units.reduce((sum, [unit, size]) => sum + Number(amounts[unit] ?? 0) * size, 0);
  if (ms < 1000) throw schedulePartError('@every takes at least 1 second', at);
  if (ms > LONGEST_MS) throw schedulePartError('@every takes at most 3660 days', at);
  return ms;
}
