import type { Outcome, RunContext } from '../scheduler/jobs/job-handler.ts';
import type { JobFactory } from '../scheduler/jobs/job-factory.ts';
import { runId } from '../runs/run-id.ts';
import type { Attempt } from './attempt.ts';
import { errorText } from './bounded.ts';
import type { ClaimedRun } from './judge-claims.ts';
import { TimeLimit } from './time-limit.ts';

/** An attempt that was ended from outside, for whatever reason the attempt names. */
const ABORTED = Symbol('aborted');

/**
 * Carries out one attempt and always comes back with an outcome: the one place where something
 * thrown becomes one. A handler that does not heed its signal is left behind, not waited for.
 */
export async function execute(attempt: Attempt, factory: JobFactory): Promise<Outcome> {
  if (attempt.abortReason) return outcomeOfAbort(attempt);
  const limit = new TimeLimit(attempt);
  try {
    const outcome = await Promise.race([handle(attempt, factory), aborted(attempt)]);
    if (outcome === ABORTED || attempt.abortReason) return outcomeOfAbort(attempt);
    // Copied here, where whatever may go wrong with it is caught.
    return isOutcome(outcome)
      ? { ...outcome }
      : { kind: 'failed', error: 'The handler gave no outcome' };
  } catch (error) {
    return attempt.abortReason
      ? outcomeOfAbort(attempt)
      : { kind: 'retry', error: errorText(error) };
  } finally {
    limit.lift();
  }
}

async function handle(attempt: Attempt, factory: JobFactory): Promise<unknown> {
  const { run, startedAt, deadline } = attempt;
  const handler = factory.for(run.type);
  return handler.run(handler.parse(run.payload ?? undefined), {
    runId: runId(run),
    jobId: run.jobId,
    jobName: run.jobName,
    trigger: run.trigger,
    scheduledFor: run.scheduledFor,
    startedAt,
    attempt: run.attempt,
    deadline,
    cause: causeOf(run),
    get signal() {
      return attempt.signal;
    },
    log: (line) => attempt.log(line),
  });
}

/** What a handler is told about the run that has started its own. */
function causeOf({ cause }: ClaimedRun): RunContext['cause'] {
  if (!cause) return null;
  const { runId, jobId, status, result } = cause;
  return { runId, jobId, status, result };
}

function aborted(attempt: Attempt): Promise<typeof ABORTED> {
  return new Promise((resolve) => attempt.whenAborted(() => resolve(ABORTED)));
}

function outcomeOfAbort({ abortReason, run }: Attempt): Outcome {
  const error =
    abortReason === 'timeout'
      ? `Timed out after ${run.timeoutMs} ms`
      : `Ended from outside: ${abortReason}`;
  return { kind: 'retry', error };
}

function isOutcome(value: unknown): value is Outcome {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : null;
  return kind === 'succeeded' || kind === 'retry' || kind === 'failed';
}
