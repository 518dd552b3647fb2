import { Schedule, epochMs } from './schedule.ts';
import { schedulePartError } from './schedule-error.ts';

const FORM =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(Z|[+-]\d{2}:\d{2})$/i;

/** A single instant. */
export class OnceSchedule extends Schedule {
  readonly kind = 'once';

  constructor(private readonly ms: number) {
    super();
  }

  next(after: Date): Date | null {
    return this.ms > epochMs(after) ? new Date(this.ms) : null;
  }

  latest(notAfter: Date): Date | null {
    return this.ms <= epochMs(notAfter) ? new Date(this.ms) : null;
  }

  count(after: Date, notAfter: Date): number {
    return this.ms > epochMs(after) && this.ms <= epochMs(notAfter) ? 1 : 0;
  }
}

/** Reads `2027-01-31T09:00:00Z`, which begins at `at` in the expression, as epoch milliseconds. */
export function parseInstant(text: string, at: number): number {
  const match = FORM.exec(text);
  if (!match) {
    const message = '@at takes an instant with a UTC offset or Z, such as 2027-01-31T09:00:00Z';
    throw schedulePartError(message, at);
  }
  const [year, month, day, hour, minute, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const localMs = Date.UTC(year!, month! - 1, day, hour, minute, second);
  const exists = new Date(localMs).toISOString().startsWith(text.slice(0, 16).toUpperCase());
  if (!exists || second > 59) throw schedulePartError('@at takes a time that exists', at);

  const ms = localMs + Number((match[7] ?? '').padEnd(3, '0')) - offsetMs(match[8]!, at);
  const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
  if (ms >= 0 && ms <= latest) return ms;
  throw schedulePartError('@at takes the years from 1970 to 9999', at);
}

function offsetMs(text: string, at: number): number {
  if (text.toUpperCase() === 'Z') return 0;
  const [hours = 0, minutes = 0] = text.slice(1).split(':').map(Number);
  if (hours > 23 || minutes > 59) throw schedulePartError('@at takes offsets up to 23:59', at);
  return (hours * 60 + minutes) * (text.startsWith('-') ? -60_000 : 60_000);
}
