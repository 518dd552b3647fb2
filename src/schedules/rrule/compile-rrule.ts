import type { DstPolicy } from '../dst-policy.ts';
import { LAST_SECOND, type SecondSchedule } from '../local/second-schedule.ts';
import { schedulePartError } from '../schedule-error.ts';
import type { TimeZone } from '../zones/time-zone.ts';
import { Timeline } from '../zones/timeline.ts';
import { ElapsedSchedule } from './elapsed-schedule.ts';
import { nthInstant } from './nth-instant.ts';
import { parseRrule } from './parse-rrule.ts';
import type { PartPlaces, RruleParts } from './rrule-parts.ts';
import { RruleSchedule } from './rrule-schedule.ts';
import { clockOf } from './rule-clock.ts';
import { RuleStart } from './rule-start.ts';
import { timesByClock, timesByDay } from './rule-times.ts';
import { SteppedTimes } from './stepped-times.ts';
import { untilIn } from './until.ts';

/** Where and from when on a rule applies. */
export interface RruleContext {
  readonly zone: TimeZone;
  readonly dst: DstPolicy;
  /** The start when there is no `startAt`: the creation of the job. */
  readonly anchor: Date;
  readonly startAt: Date | null;
}

/** Makes the schedule that lasts from one second to another, both included. */
type Between = (first: number, last: number) => SecondSchedule;

/**
 * Makes the schedule of a rule, or throws a `ScheduleError`; refuses what never fires.
 *
 * The start plays the part of DTSTART, cut to whole seconds: it supplies what the rule leaves out,
 * and INTERVAL and COUNT count from it. It is an instant only if it matches the rule, and only if
 * somebody asked for it: the creation of a job is never one of its instants.
 * @param at where the rule begins in the expression.
 */
export function compileRrule(text: string, at: number, context: RruleContext): SecondSchedule {
  const { parts, places } = parseRrule(text, at);
  const { anchor, startAt, zone } = context;
  const start = new RuleStart(Math.floor((startAt ?? anchor).getTime() / 1000), zone);
  const first = startAt ? Math.ceil(startAt.getTime() / 1000) : start.instant + 1;
  const between = layOut(parts, start, context);
  const whole = between?.(first, LAST_SECOND);
  const earliest = whole ? earliestOf(whole) : null;
  if (!between || !whole || !earliest) {
    throw schedulePartError('this rule never comes true from its start on', at);
  }
  const last = lastSecond({ parts, places, zone, whole, earliest });
  return last < LAST_SECOND ? between(first, last) : whole;
}

/**
 * Lays the rule over its zone; null when BYSETPOS picks none of its times. A rule that names no
 * hour, or all of them, goes by elapsed time; INTERVAL then counts elapsed hours, minutes or
 * seconds too. Any other has fixed local times, which follow the daylight saving policy.
 */
function layOut(parts: RruleParts, start: RuleStart, { zone, dst }: RruleContext): Between | null {
  const clock = clockOf(parts, start);
  const allDay = clock.hours.size === 24;
  const stepped = timesByClock(parts, start, clock);
  if (stepped) {
    const { inside, unitSeconds } = stepped;
    if (inside.size === 0) return null;
    const intoUnit = start.localTime % unitSeconds;
    const origin = start.instant - intoUnit;
    if (allDay) return (...range) => new ElapsedSchedule(zone, stepped, origin, ...range);
    const fixed = new SteppedTimes(stepped, start.localTime - intoUnit);
    return (...range) => new RruleSchedule(fixed, new Timeline(zone, { ...dst }), ...range);
  }

  const times = timesByDay(parts, start, clock);
  if (!times) return null;
  const timeline = new Timeline(zone, allDay && !parts.BYSETPOS ? null : { ...dst });
  return (...range) => new RruleSchedule(times, timeline, ...range);
}

function earliestOf(whole: SecondSchedule): Date | null {
  if (whole instanceof ElapsedSchedule && !whole.isPossible) return null;
  return whole.next(beforeFirst(whole));
}

function beforeFirst({ first }: SecondSchedule): Date {
  return new Date((first - 1) * 1000);
}

/** The end that UNTIL or COUNT sets. */
function lastSecond({ parts, places, zone, whole, earliest }: EndInput): number {
  if (parts.UNTIL) {
    const last = untilIn(parts.UNTIL, zone);
    if (last * 1000 >= earliest.getTime()) return Math.min(last, LAST_SECOND);
    const message = `UNTIL lies before the first instant, ${earliest.toISOString()}`;
    throw schedulePartError(message, places.get('UNTIL')!);
  }
  const last = parts.COUNT ? nthInstant(whole, beforeFirst(whole), parts.COUNT) : null;
  return last ? last.getTime() / 1000 : LAST_SECOND;
}

interface EndInput {
  readonly parts: RruleParts;
  readonly places: PartPlaces;
  readonly zone: TimeZone;
  readonly whole: SecondSchedule;
  readonly earliest: Date;
}
