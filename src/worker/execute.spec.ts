import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_RETRY } from '../jobs/retry-policy.ts';
import { JobFactory } from '../scheduler/jobs/job-factory.ts';
import type { Outcome } from '../scheduler/jobs/job-handler.ts';
import { Attempt } from './attempt.ts';
import { execute } from './execute.ts';

const TIMEOUT_MS = 50;
const BLOCK_MS = 400;
const STARTED = new Date('2026-11-24T09:00:00Z');

describe('the time limit of an attempt', () => {
  let attempt: Attempt;

  // Whatever a handler waits for is not waited for here.
  afterEach(() => attempt.abort('stopping'));

  it('ends a handler that gives no answer', async () => {
    const outcome = await carriedOut(() => new Promise(() => undefined));

    expect(outcome).toEqual({ kind: 'retry', error: `Timed out after ${TIMEOUT_MS} ms` });
    expect(attempt.signal.reason).toBe('timeout');
  });

  it('does not outrun an answer that has come in while the event loop was blocked', async () => {
    const answer = async (): Promise<Outcome> => {
      await readFile(import.meta.filename);
      return { kind: 'succeeded', result: 'read' };
    };

    const executed = carriedOut(answer);
    block();

    expect(await executed).toEqual({ kind: 'succeeded', result: 'read' });
    expect(attempt.abortReason).toBeUndefined();
  });

  it('does not outrun one that takes several reads either', async () => {
    const answer = async (): Promise<Outcome> => {
      for (let reads = 0; reads < 5; reads += 1) await readFile(import.meta.filename);
      return { kind: 'succeeded' };
    };

    const executed = carriedOut(answer);
    block();

    expect(await executed).toEqual({ kind: 'succeeded' });
  });

  it('ends a handler all the same that has no answer after a block', async () => {
    const executed = carriedOut(() => new Promise(() => undefined));
    block();

    expect(await executed).toMatchObject({ kind: 'retry' });
    expect(attempt.abortReason).toBe('timeout');
  });

  it('leaves an answer as it is that comes late from a handler that has blocked by itself', async () => {
    const outcome = await carriedOut(async () => {
      block();
      return { kind: 'succeeded' };
    });

    expect(outcome).toEqual({ kind: 'succeeded' });
    expect(attempt.abortReason).toBeUndefined();
  });

  async function carriedOut(run: () => Promise<Outcome>): Promise<Outcome> {
    const handler = { type: 'scripted', parse: (payload: unknown) => payload, run };
    attempt = new Attempt(
      {
        jobId: 7,
        scheduledFor: STARTED,
        ordinal: 0,
        trigger: 'schedule',
        attempt: 1,
        handedBack: 0,
        revision: 1,
        fence: 1,
        jobName: 'report',
        type: handler.type,
        payload: null,
        timeoutMs: TIMEOUT_MS,
        retry: DEFAULT_RETRY,
        cause: null,
        followUps: false,
      },
      STARTED,
      new Date(STARTED.getTime() + TIMEOUT_MS),
    );
    return execute(attempt, new JobFactory([handler]));
  }
});

/** Keeps the event loop from turning, as a long computation does. */
function block(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BLOCK_MS);
}
