/** What is wrong with a schedule or its time zone, in a sentence for the one who wrote it. */
export class ScheduleError extends Error {
  constructor(
    message: string,
    readonly field: 'schedule' | 'timezone',
    /** Where in the expression, counted in characters from 0; null where no place is to blame. */
    readonly position: number | null,
  ) {
    super(position === null ? message : `${message} (at character ${position + 1})`);
    this.name = 'ScheduleError';
  }
}

/** The expression is at fault, at a place. */
export function schedulePartError(message: string, position: number): ScheduleError {
  return new ScheduleError(message, 'schedule', position);
}
