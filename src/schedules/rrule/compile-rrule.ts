import { LAST_SECOND, type SecondSchedule } from '../local/second-schedule.ts';
import { schedulePartError } from '../schedule-error.ts';
import { ElapsedSchedule } from './elapsed-schedule.ts';
import { layOut, type Zoning } from './lay-out.ts';
import { parseRrule } from './grammar/parse-rrule.ts';
import { lastSecondOf } from './rule-end.ts';
import { RuleStart } from './rule-start.ts';

/** Where and from when on a rule applies. */
export interface RruleContext extends Zoning {
  /** The start when there is no `startAt`: the creation of the job. */
  readonly anchor: Date;
  readonly startAt: Date | null;
}

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
  const laidOut = layOut(parts, start, context);
  const whole = laidOut?.between(first, LAST_SECOND);
  const earliest = whole ? earliestOf(whole) : null;
  if (!laidOut || !whole || !earliest) {
    throw schedulePartError('this rule never comes true from its start on', at);
  }
  const { stepsPerDay } = laidOut;
  const last = lastSecondOf({ parts, places, zone, whole, earliest, stepsPerDay });
  return last < LAST_SECOND ? laidOut.between(first, last) : whole;
}

function earliestOf(whole: SecondSchedule): Date | null {
  if (whole instanceof ElapsedSchedule && !whole.isPossible) return null;
  return whole.next(new Date((whole.first - 1) * 1000));
}
