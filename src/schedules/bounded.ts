import { Schedule } from './schedule.ts';

/** A schedule cut down to the instants from `startAt` to `endAt`, both included. */
export class BoundedSchedule extends Schedule {
  constructor(
    private readonly whole: Schedule,
    private readonly startAt: Date | null,
    private readonly endAt: Date | null,
  ) {
    super();
  }

  get kind(): Schedule['kind'] {
    return this.whole.kind;
  }

  next(after: Date): Date | null {
    const next = this.whole.next(this.notBeforeStart(after));
    return next && this.endAt && next > this.endAt ? null : next;
  }

  latest(notAfter: Date): Date | null {
    const latest = this.whole.latest(this.notAfterEnd(notAfter));
    return latest && this.startAt && latest < this.startAt ? null : latest;
  }

  count(after: Date, notAfter: Date): number {
    return this.whole.count(this.notBeforeStart(after), this.notAfterEnd(notAfter));
  }

  /** `after` is exclusive and `startAt` is not: a millisecond lies between them. */
  private notBeforeStart(after: Date): Date {
    return this.startAt && after < this.startAt ? new Date(this.startAt.getTime() - 1) : after;
  }

  private notAfterEnd(notAfter: Date): Date {
    return this.endAt && notAfter > this.endAt ? this.endAt : notAfter;
  }
}
