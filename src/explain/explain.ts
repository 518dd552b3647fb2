import type { RunStatus } from '../runs/run-state.ts';
import { type Run, ZONE_DATA } from '../runs/run.ts';
import { GRACE_MS } from '../schedules/overlap.ts';
import type { Explanation, ExplanationCode, Facts, InForce } from './explanation.ts';
import { duration, instant } from './words.ts';

/**
 * Says what happened at an instant, and why. What the ledger has comes first; where it has
 * nothing, the definition that was in force then tells whether there should be something.
 */
export function explain(facts: Facts): Explanation {
  return explainRun(facts) ?? explainLifetime(facts) ?? explainDefinition(facts);
}

function explainRun({ at, run, inForce, blockedBy }: Facts): Explanation | null {
  if (!run) return null;
  if (run.status === 'skipped') return skipped(run, at, inForce, blockedBy);
  if (run.status === 'cancelled') {
    if (run.reason === ZONE_DATA) return withdrawn(run);
    const why = run.reason === null ? '' : ` (${run.reason})`;
    const when = run.finishedAt ? ` at ${instant(run.finishedAt)}` : '';
    return answer('CANCELLED', `${begun(run)} It was cancelled${when}${why}.`);
  }
  return answer(codeOf(run), `${begun(run)}${ended(run)}`);
}

function withdrawn({ scheduledFor, finishedAt }: Run): Explanation {
  const when = finishedAt ? ` at ${instant(finishedAt)}` : '';
  const text = `It was planned for ${instant(scheduledFor)}, and withdrawn${when}: newer time zone data came into force, by which the job is not due then.`;
  return answer('CANCELLED', text, false);
}

const CODES: Partial<Record<RunStatus, ExplanationCode>> = {
  planned: 'PLANNED',
  queued: 'WAITING',
  running: 'RUNNING',
  failed: 'FAILED',
  lost: 'LOST',
};

function codeOf(run: Run): ExplanationCode {
  return CODES[run.status] ?? (latenessMs(run) > GRACE_MS ? 'RAN_LATE' : 'RAN');
}

function begun(run: Run): string {
  const start = firstStart(run);
  if (!start) {
    const waits =
      run.reason === 'waiting' ? ' It waits until another run of the job has ended.' : '';
    return `It was due at ${instant(run.scheduledFor)} and has not started.${waits}`;
  }
  const caughtUp = run.trigger === 'missed' ? ', to make up for an outage' : '';
  const late = latenessMs(run);
  const when = late === 0 ? 'on time' : `${duration(late)} late`;
  return `It was due at ${instant(run.scheduledFor)} and started ${when}${caughtUp}.`;
}

function ended(run: Run): string {
  const attempts = run.attempt > 1 ? ` at attempt ${run.attempt}` : '';
  const error = run.error === null ? '' : `: ${run.error}`;
  switch (run.status) {
    case 'succeeded':
      return ` It succeeded${attempts} after ${duration(lengthMs(run))}.`;
    case 'failed':
      return ` It failed${attempts} after ${duration(lengthMs(run))}${error}.`;
    case 'lost':
      return ` Its worker was lost${attempts}${error}.`;
    case 'running':
      return ` Attempt ${run.attempt} is under way.`;
    case 'queued':
      return run.attempt > 0 ? ` Attempt ${run.attempt} failed${error}; another one follows.` : '';
    case 'planned':
    case 'skipped':
    case 'cancelled':
      return '';
  }
}

function skipped(
  run: Run,
  at: Date,
  inForce: InForce | null,
  blockedBy: string | null,
): Explanation {
  const range = run.rangeFrom && run.rangeTo && (run.rangeCount ?? 0) > 1;
  const stretch = range
    ? ` One row covers the ${run.rangeCount} instants from ${instant(run.rangeFrom as Date)} to ${instant(run.rangeTo as Date)}.`
    : '';
  const why = skipReason(run, inForce, blockedBy);
  const text = `It was due at ${instant(at)} and did not run: ${why}.${stretch}`;
  return answer(run.reason === 'paused' ? 'PAUSED' : 'SKIPPED', text);
}

function skipReason(run: Run, inForce: InForce | null, blockedBy: string | null): string {
  // Among instants that nobody could run there may be some that nobody should have.
  const reason = run.reason === 'missed' ? (inForce?.exclusion ?? 'missed') : run.reason;
  switch (reason) {
    case null:
      return 'no reason was kept';
    case 'overlap':
      return `a run before it${blockedBy ? `, ${blockedBy},` : ''} was still active, and the overlap policy is ${inForce?.overlap ?? 'skip'}`;
    case 'missed':
      return `nobody could run it in time, and by the missed policy (${inForce?.missed ?? 'once'}) it was not made up for`;
    case 'paused':
      return `the job was paused${pauseWords(inForce)}`;
    case 'calendar':
      return `the calendar ${inForce?.calendar ?? ''} does not allow this day`.replace('  ', ' ');
    case 'exception':
      return exceptionWords(inForce);
    case 'expired':
      return 'the job had had as many runs as it may have';
    default:
      return reason;
  }
}

function exceptionWords(inForce: InForce | null): string {
  const { movedTo = null, reason = null } = inForce?.exception ?? {};
  const what = movedTo === null ? 'somebody left it out' : `somebody moved it to ${movedTo}`;
  return reason === null ? what : `${what} (${reason})`;
}

function pauseWords(inForce: InForce | null): string {
  if (!inForce?.pausedSince) return '';
  const until = inForce.pausedUntil ? ` until ${instant(inForce.pausedUntil)}` : '';
  const reason = inForce.pausedReason === null ? '' : ` (${inForce.pausedReason})`;
  return ` since ${instant(inForce.pausedSince)}${until}${reason}`;
}

/** What the life of the job alone says. */
function explainLifetime({
  at,
  createdAt,
  deletedAt,
  keptSince,
  inForce,
}: Facts): Explanation | null {
  if (at <= createdAt) {
    return answer(
      'BEFORE_CREATION',
      `The job was created at ${instant(createdAt)}, later than this.`,
      false,
    );
  }
  if (deletedAt && at > deletedAt) {
    return answer(
      'AFTER_DELETION',
      `The job was deleted at ${instant(deletedAt)}, before this.`,
      false,
    );
  }
  if (at < keptSince) {
    const due = inForce ? inForce.isActive && inForce.isDue : null;
    const was =
      due === null ? '' : ` By its schedule of that time the job was ${due ? '' : 'not '}due.`;
    const text = `The history of this instant is no longer kept; it goes back to ${instant(keptSince)}.${was}`;
    return answer('PAST_RETENTION', text, due);
  }
  return null;
}

/** What the definition of the time says, where the ledger has nothing. */
function explainDefinition(facts: Facts): Explanation {
  const { at, now, inForce } = facts;
  if (!inForce) {
    return answer('NOT_DUE', 'The schedule of that time cannot be read any more.', null);
  }
  if (inForce.isCompleted) {
    return answer(
      'COMPLETED',
      'The schedule had ended: the job had had its last occurrence.',
      false,
    );
  }
  if (!inForce.isDue) return answer('NOT_DUE', notDueWords(inForce), false);
  const resumes = at > now && inForce.pausedUntil !== null && at > inForce.pausedUntil;
  if (!inForce.isActive && !resumes) {
    const is = at > now ? 'is' : 'was';
    return answer('PAUSED', `It does not run: the job ${is} paused${pauseWords(inForce)}.`);
  }
  if (at > now) return answer('AHEAD', aheadWords(inForce));
  if (isNewlyDue(facts)) {
    const text =
      'It is due by the time zone data in use, which came into force later: by those of that time it was not.';
    return answer('NOT_DUE', text, false);
  }
  const text =
    'It was due, and the scheduler has not settled it yet: it is behind, or just about to.';
  return answer('NOT_SETTLED', text);
}

/** Zone data look forward only: an instant that was settled by older ones has no row by the newer. */
function isNewlyDue({ at, zoneDataSince, nextRun, inForce }: Facts): boolean {
  const isSettled = nextRun === null || nextRun > at;
  return inForce?.isZoneFixed === false && at <= zoneDataSince && isSettled;
}

function notDueWords({ scheduleText, before, after }: InForce): string {
  const nearest = [
    before && `the occurrence before it was at ${instant(before)}`,
    after && `the next one at ${instant(after)}`,
  ].filter((words) => words !== null);
  const sentence = nearest.length > 0 ? ` ${nearest.join(', ')}.` : '';
  return `The job is not due at this instant. Its schedule of that time: ${scheduleText};${sentence}`.replace(
    /;$/,
    '.',
  );
}

function aheadWords(inForce: InForce): string {
  const { exclusion, calendar, scheduleText } = inForce;
  if (exclusion === 'calendar') {
    return `It is still ahead, and will not run: the calendar ${calendar} does not allow this day.`;
  }
  if (exclusion === 'exception') {
    return `It is still ahead, and will not run: ${exceptionWords(inForce)}.`;
  }
  return `It is due then, and still ahead. Schedule: ${scheduleText}.`;
}

function answer(code: ExplanationCode, text: string, due: boolean | null = true): Explanation {
  return { code, due, text };
}

function firstStart({ attempts, startedAt }: Run): Date | null {
  const [first] = attempts;
  return first ? new Date(first.startedAt) : startedAt;
}

function latenessMs(run: Run): number {
  const start = firstStart(run);
  return start ? Math.max(0, start.getTime() - run.scheduledFor.getTime()) : 0;
}

function lengthMs({ startedAt, finishedAt }: Run): number {
  return startedAt && finishedAt ? finishedAt.getTime() - startedAt.getTime() : 0;
}
