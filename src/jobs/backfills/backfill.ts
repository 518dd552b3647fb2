import type { Violation } from '../../common/errors.ts';
import { refuse } from '../../common/validation.ts';
import type { Agenda } from '../../schedules/agenda.ts';
import { CATCH_UP_AT_ONCE } from '../../schedules/overlap.ts';
import { UnreadableScheduleError } from '../job-errors.ts';
import { readableSchedule } from '../job-schedule.ts';
import type { Job } from '../job.ts';

/** Instants from the first to the second, both included. */
export interface Window {
  from: Date;
  to: Date;
}

/** A run for an instant of the past. */
export interface BackfillStart {
  scheduledFor: Date;
  /** Null where it is the same instant. */
  nominalFor: Date | null;
  /** When it is due; what is held back is due sooner, once another run of the job has ended. */
  wakeAt: Date;
}

export const MAX_BACKFILL = 1_000;
const MAX_WINDOW_MS = 3_653 * 86_400_000;
/** A net under what is held back: due by itself after so long, and each a second after the other. */
const NET_MS = 30_000;
const NET_STEP_MS = 1_000;

/**
 * One run for each instant of the past that the job, as it is now defined, would have been run at;
 * oldest first. The first is due at once, the others wait for their turn.
 */
export function backfillOf(job: Job, window: Window, now: Date): BackfillStart[] {
  const agenda = readableSchedule(job);
  if (!agenda) throw new UnreadableScheduleError(job.id);

  const after = new Date(window.from.getTime() - 1);
  refuse(windowViolations(window, now));
  refuse(countViolations(agenda.count(after, window.to)));
  const atOnce = job.overlap === 'allow' ? CATCH_UP_AT_ONCE : 1;
  return instantsIn(agenda, after, window.to).map((scheduledFor, index) => {
    const nominal = agenda.nominalOf(scheduledFor);
    return {
      scheduledFor,
      nominalFor: nominal.getTime() === scheduledFor.getTime() ? null : nominal,
      wakeAt: wakeAt(now, index - atOnce),
    };
  });
}

function windowViolations({ from, to }: Window, now: Date): Violation[] {
  if (to > now) return [{ path: 'to', message: 'must not lie in the future' }];
  if (from > to) return [{ path: 'from', message: 'must not lie after to' }];
  const isTooLong = to.getTime() - from.getTime() > MAX_WINDOW_MS;
  return isTooLong ? [{ path: 'from', message: 'must lie at most 10 years before to' }] : [];
}

function countViolations(count: number): Violation[] {
  if (count <= MAX_BACKFILL) return [];
  const message = `the window holds ${count} instants of the job; at most ${MAX_BACKFILL} at a time`;
  return [{ path: 'from', message }];
}

function instantsIn(agenda: Agenda, after: Date, until: Date): Date[] {
  const instants: Date[] = [];
  let next = agenda.nextToRun(after);
  while (next && next <= until) {
    instants.push(next);
    next = agenda.nextToRun(next);
  }
  return instants;
}

/** @param heldBack position among those that are held back; negative for what is due at once. */
function wakeAt(now: Date, heldBack: number): Date {
  if (heldBack < 0) return now;
  return new Date(now.getTime() + NET_MS + heldBack * NET_STEP_MS);
}
