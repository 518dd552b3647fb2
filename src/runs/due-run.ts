import { type DueRun, isStart, type Judgement } from '../schedules/overlap.ts';
import type { RunStatus } from './run-state.ts';
import { type Run, type RunTrigger, WAITING } from './run.ts';

/** A net for a held back run that nobody releases, which the rescuer does long before. */
const LONGEST_HOLD_MS = 3_600_000;

/** Whether a run makes up for an instant of the past. */
export function isCatchUp(trigger: RunTrigger): boolean {
  return trigger === 'missed' || trigger === 'backfill';
}

/**
 * What a waiting run is judged by, as its row tells it.
 * @param run with the number of the attempt that would begin now.
 */
export function dueRunOf({
  scheduledFor,
  ordinal,
  attempt,
  trigger,
  reason,
}: Pick<Run, 'scheduledFor' | 'ordinal' | 'attempt' | 'trigger' | 'reason'>): DueRun {
  return {
    scheduledFor,
    isOccurrence: ordinal === 0,
    isRetry: attempt > 1,
    isHeld: reason === WAITING,
    isCatchUp: isCatchUp(trigger),
    exclusion: reason === 'calendar' || reason === 'exception' ? reason : null,
  };
}

/** Where a run stands once it has been judged. */
export interface JudgedState {
  status: RunStatus;
  reason: string | null;
  wakeAt: Date | null;
}

/** What becomes of a waiting run by a judgement other than `wait`, which leaves it as it is. */
export function stateAfter(
  judgement: Judgement,
  { now, leaseUntil }: { now: Date; leaseUntil: Date },
): JudgedState {
  if (isStart(judgement)) return { status: 'running', reason: null, wakeAt: leaseUntil };
  if (judgement === 'hold') {
    const wakeAt = new Date(now.getTime() + LONGEST_HOLD_MS);
    return { status: 'queued', reason: WAITING, wakeAt };
  }
  // What has been started before cannot be skipped any more.
  const status = judgement === 'paused' ? 'cancelled' : 'skipped';
  return { status, reason: judgement, wakeAt: null };
}
