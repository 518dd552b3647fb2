/**
 * The time that everything here goes by. In production it follows the database, so that
 * instances with wrong clocks agree on what is due; in tests it stands still until moved.
 */
export abstract class Clock {
  /** The instant it is now, as far as is known without asking. */
  abstract now(): Date;

  /** Asks the source of time; comes before every decision about what is due. */
  abstract read(): Promise<Date>;
}

/** A clock that only moves when it is told to. */
export class FakeClock extends Clock {
  private current: Date;

  constructor(start: Date | string) {
    super();
    this.current = new Date(start);
  }

  now(): Date {
    return new Date(this.current);
  }

  async read(): Promise<Date> {
    return this.now();
  }

  set(instant: Date | string): void {
    this.current = new Date(instant);
  }

  advance(ms: number): void {
    this.current = new Date(this.current.getTime() + ms);
  }
}
