import { dayOf, SECONDS_PER_DAY } from './civil.ts';
import type { Calendar } from './calendar.ts';
import { Exceptions, type ExtraInstant } from './exceptions.ts';
import { Schedule } from './schedule.ts';
import { WIDEST_SHIFT } from './zones/timeline.ts';
import type { TimeZone } from './zones/time-zone.ts';

/** 9999-12-31T23:59:59.999Z. */
const LAST_MS = 253_402_300_799_999;

/** Excluded occurrences that are looked at before a search gives up: some milliseconds of work. */
const MAX_LOOKS = 1_000;

/** Why an occurrence is not run although its instant is due. */
export type Exclusion = 'calendar' | 'exception';

/** What a job adds to the rule of its schedule. */
export interface AgendaParts {
  /** The rule, within its bounds: the nominal instants. */
  rule: Schedule;
  /** Where local dates are read, for the calendar. */
  zone: TimeZone;
  spreadMs: number;
  calendar: Calendar | null;
  exceptions: Exceptions;
}

/**
 * All instants that a job has to account for: those of the rule, each later by the spread, and the
 * extra ones. Instants that calendar or exceptions exclude are among them, since they get a row
 * too; `nextToRun` and `latestToRun` pass over them. Asked and answered in effective instants.
 */
export class Agenda extends Schedule {
  /** Extra instants that are none of the rule's, in order. */
  private readonly added: readonly number[];
  private readonly extras: ReadonlyMap<number, ExtraInstant>;

  constructor(private readonly parts: AgendaParts) {
    super();
    this.extras = new Map(parts.exceptions.extras.map((extra) => [extra.at, extra]));
    this.added = [...this.extras.keys()].filter((at) => !this.isOfRule(at));
  }

  /** The agenda of a rule and nothing else. */
  static of(rule: Schedule, zone: TimeZone): Agenda {
    return new Agenda({ rule, zone, spreadMs: 0, calendar: null, exceptions: new Exceptions([]) });
  }

  get kind(): Schedule['kind'] {
    return this.parts.rule.kind;
  }

  next(after: Date): Date | null {
    const rule = this.shifted(this.parts.rule.next(this.nominal(after)));
    const added = this.added.find((at) => at > after.getTime());
    return earlier(rule, added);
  }

  latest(notAfter: Date): Date | null {
    const rule = this.shifted(this.parts.rule.latest(this.nominal(notAfter)));
    const added = this.added.findLast((at) => at <= notAfter.getTime());
    return later(rule, added);
  }

  count(after: Date, notAfter: Date): number {
    const within = this.added.filter((at) => at > after.getTime() && at <= notAfter.getTime());
    return this.parts.rule.count(this.nominal(after), this.nominal(notAfter)) + within.length;
  }

  /**
   * The first instant strictly later than `after` at which something runs. Null also when the
   * next thousand occurrences are all excluded: nobody waits for what comes then.
   */
  nextToRun(after: Date): Date | null {
    let next = this.next(after);
    for (let looks = 0; next && looks < MAX_LOOKS; looks += 1) {
      const exclusion = this.exclusionOf(next);
      if (!exclusion) return next;
      next = this.next(exclusion === 'calendar' ? this.beforeNextAllowedDay(next) : next);
    }
    return null;
  }

  /** The last instant at or before `notAfter` at which something runs; null as above. */
  latestToRun(notAfter: Date): Date | null {
    let latest = this.latest(notAfter);
    for (let looks = 0; latest && looks < MAX_LOOKS; looks += 1) {
      const exclusion = this.exclusionOf(latest);
      if (!exclusion) return latest;
      const before = new Date(latest.getTime() - 1);
      latest = this.latest(exclusion === 'calendar' ? this.endOfAllowedDay(latest) : before);
    }
    return null;
  }

  has(instant: Date): boolean {
    return this.latest(instant)?.getTime() === instant.getTime();
  }

  /** When it is due what is due at `instant`, be it an effective instant or one that the rule names. */
  effectiveOf(instant: Date): Date | null {
    if (this.has(instant)) return instant;
    const effective = new Date(instant.getTime() + this.parts.spreadMs);
    return this.has(effective) && this.isOfRule(effective.getTime()) ? effective : null;
  }

  /** The instant that the rule names for an effective one. */
  nominalOf(instant: Date): Date {
    const extra = this.extras.get(instant.getTime());
    return extra ? new Date(extra.nominal) : this.nominal(instant);
  }

  /** Whether something keeps an instant of this agenda from being run. */
  exclusionOf(instant: Date): Exclusion | null {
    if (this.extras.has(instant.getTime())) return null;
    const { calendar, exceptions, zone } = this.parts;
    const nominal = this.nominal(instant);
    if (exceptions.left.has(nominal.getTime())) return 'exception';
    return calendar && !calendar.allowsInstant(nominal, zone) ? 'calendar' : null;
  }

  private isOfRule(at: number): boolean {
    const nominal = this.nominal(new Date(at));
    return this.parts.rule.latest(nominal)?.getTime() === nominal.getTime();
  }

  private nominal(instant: Date): Date {
    return this.parts.spreadMs === 0 ? instant : new Date(instant.getTime() - this.parts.spreadMs);
  }

  private shifted(nominal: Date | null): Date | null {
    if (!nominal || this.parts.spreadMs === 0) return nominal;
    return new Date(nominal.getTime() + this.parts.spreadMs);
  }

  /**
   * Just before the next day that the calendar allows begins, by whichever clock is earlier; not
   * before an extra instant, which needs no calendar.
   */
  private beforeNextAllowedDay(excluded: Date): Date {
    const day = this.parts.calendar?.nextAllowedDay(this.localDay(excluded) + 1) ?? Infinity;
    const startMs = day === Infinity ? LAST_MS : this.bounds(day).earliest * 1000;
    const extra = this.added.find((at) => at > excluded.getTime()) ?? LAST_MS;
    const jumpMs = Math.min(startMs + this.parts.spreadMs, extra, LAST_MS) - 1;
    return new Date(Math.max(excluded.getTime(), jumpMs));
  }

  /** The end of the last day before that the calendar allows, or an extra instant after it. */
  private endOfAllowedDay(excluded: Date): Date {
    const day = this.parts.calendar?.previousAllowedDay(this.localDay(excluded) - 1) ?? -Infinity;
    const endMs = day === -Infinity ? -1 : this.bounds(day + 1).latest * 1000;
    const extra = this.added.findLast((at) => at < excluded.getTime()) ?? -1;
    const jumpMs = Math.max(endMs + this.parts.spreadMs, extra);
    return new Date(Math.min(excluded.getTime() - 1, jumpMs));
  }

  private localDay(instant: Date): number {
    const seconds = Math.floor(this.nominal(instant).getTime() / 1000);
    return dayOf(seconds + this.parts.zone.offsetAt(seconds));
  }

  /** Between which instants, in seconds since 1970, a local day begins: the clock may be moved there. */
  private bounds(day: number): { earliest: number; latest: number } {
    const { zone } = this.parts;
    const midnight = day * SECONDS_PER_DAY;
    const offsets = [midnight - WIDEST_SHIFT, midnight + WIDEST_SHIFT].map((at) =>
      zone.offsetAt(at),
    );
    return { earliest: midnight - Math.max(...offsets), latest: midnight - Math.min(...offsets) };
  }
}

function earlier(instant: Date | null, other: number | undefined): Date | null {
  if (other === undefined || (instant && instant.getTime() <= other)) return instant;
  return new Date(other);
}

function later(instant: Date | null, other: number | undefined): Date | null {
  if (other === undefined || (instant && instant.getTime() >= other)) return instant;
  return new Date(other);
}
