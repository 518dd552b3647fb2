import { INSTANT_FORM, parseInstant } from '../common/instant.ts';
import { Schedule, epochMs } from './schedule.ts';
import { schedulePartError } from './schedule-error.ts';

/** A single instant. */
export class OnceSchedule extends Schedule {
  readonly kind = 'once';

  private readonly ms: number;

  constructor(instant: Date) {
    super();
    this.ms = epochMs(instant);
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

/** Reads `2027-01-31T09:00:00Z`, which begins at `at` in the expression. */
export function instantAt(text: string, at: number): Date {
  const instant = parseInstant(text);
  if (!instant) throw schedulePartError(`@at takes ${INSTANT_FORM}`, at);
  return instant;
}
