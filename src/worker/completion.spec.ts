import { describe, expect, it } from '@jest/globals';
import { DEFAULT_RETRY, type RetryPolicy } from '../jobs/retry-policy.ts';
import type { RunCause } from '../runs/run.ts';
import type { Outcome } from '../scheduler/jobs/job-handler.ts';
import { Attempt } from './attempt.ts';
import { complete, type Completion } from './completion.ts';

const STARTED = new Date('2026-11-24T09:00:00Z');
const FINISHED = new Date('2026-11-24T09:00:02Z');

describe('the end of an attempt', () => {
  it('is the verdict when it succeeded', () => {
    expect(end({ kind: 'succeeded', result: [1] })).toMatchObject({
      status: 'succeeded',
      error: null,
      result: '[1]',
      wakeAt: null,
      past: null,
      startedAt: STARTED,
      finishedAt: FINISHED,
    });
  });

  it('is the verdict when it failed for good, whatever the policy', () => {
    expect(end({ kind: 'failed', error: 'HTTP 404' }, { retry: { maxAttempts: 5 } })).toMatchObject(
      { status: 'failed', error: 'HTTP 404', wakeAt: null, past: null },
    );
  });

  it.each([
    [1, 1, 'failed'],
    [1, 2, 'queued'],
    [2, 2, 'failed'],
    [3, 2, 'failed'],
    [99, 100, 'queued'],
  ])('after attempt %p of %p leaves the run %s', (attempt, maxAttempts, status) => {
    expect(end({ kind: 'retry', error: 'busy' }, { attempt, retry: { maxAttempts } }).status).toBe(
      status,
    );
  });

  it('does not count attempts that a stopping worker has handed back', () => {
    const again = { attempt: 3, handedBack: 2, retry: { maxAttempts: 2, jitter: 0 } };

    const { status, wakeAt } = end({ kind: 'retry', error: 'busy' }, again);

    expect(status).toBe('queued');
    expect(wakeAt).toEqual(new Date(FINISHED.getTime() + DEFAULT_RETRY.initialDelayMs));
  });

  it('keeps the attempt itself when another one follows', () => {
    expect(
      end(
        { kind: 'retry', error: 'busy' },
        { attempt: 2, retry: { maxAttempts: 3, jitter: 0, initialDelayMs: 1_000 } },
      ),
    ).toMatchObject({
      wakeAt: new Date('2026-11-24T09:00:04Z'),
      past: {
        attempt: 2,
        startedAt: '2026-11-24T09:00:00.000Z',
        finishedAt: '2026-11-24T09:00:02.000Z',
        outcome: 'retry',
        error: 'busy',
        worker: 'w',
      },
    });
  });

  it.each([
    ['a bit more', 1_500, 1_500],
    ['nothing', undefined, 500],
    ['less than nothing', -1, 500],
    ['a day', 86_400_000, 10_000],
  ])('waits as long as the target asks for, within bounds: %s', (_, afterMs, expected) => {
    const retry = { maxAttempts: 2, jitter: 0, initialDelayMs: 500, maxDelayMs: 10_000 };
    const { wakeAt } = end({ kind: 'retry', error: 'busy', afterMs }, { retry });

    expect(Number(wakeAt) - FINISHED.getTime()).toBe(expected);
  });

  it('holds the lines of the handler, fit for the database', () => {
    const attempt = anAttempt();
    attempt.log('one');
    attempt.log('nul \0');
    attempt.log('😀'.repeat(1_000));

    const { log } = endOf(attempt, { kind: 'succeeded' });

    expect(log?.slice(0, 2)).toEqual(['one', 'nul \uFFFD']);
    expect(log?.[2]).toHaveLength(1_000);
    expect(log?.[2]?.isWellFormed()).toBe(true);
  });

  it('tells its place in a chain, for those who follow', () => {
    const cause = { runId: '9-1', jobId: 9, status: 'failed', result: null, depth: 3 } as const;

    expect(end({ kind: 'succeeded' })).toMatchObject({ followUps: true, depth: 0 });
    expect(end({ kind: 'succeeded' }, { cause })).toMatchObject({ followUps: true, depth: 3 });
  });

  it('has no log when nothing was said', () => {
    expect(end({ kind: 'succeeded' }).log).toBeNull();
  });
});

describe('an attempt', () => {
  it('keeps a hundred lines and says that there were more', () => {
    const attempt = anAttempt();

    for (let line = 1; line <= 5_000; line += 1) attempt.log(`line ${line}`);

    expect(attempt.lines).toHaveLength(101);
    expect(attempt.lines.at(-1)).toBe('… more lines were cut');
  });

  it('takes whatever a handler calls a line', () => {
    const attempt = anAttempt();

    for (const line of [undefined, null, 7, Symbol('s')]) attempt.log(line as unknown as string);

    expect(attempt.lines).toEqual(['undefined', 'null', '7', 'Symbol(s)']);
  });

  it('ends for the first reason only', () => {
    const attempt = anAttempt();
    expect(attempt.abortReason).toBeUndefined();

    attempt.abort('timeout');
    attempt.abort('stopping');

    expect(attempt.abortReason).toBe('timeout');
  });
});

interface Circumstances {
  attempt?: number;
  handedBack?: number;
  retry?: Partial<RetryPolicy>;
  cause?: RunCause | null;
}

function end(outcome: Outcome, circumstances: Circumstances = {}): Completion {
  return endOf(anAttempt(circumstances), outcome);
}

function endOf(attempt: Attempt, outcome: Outcome): Completion {
  return complete(attempt, outcome, { finishedAt: FINISHED, worker: 'w', random: 0.5 });
}

function anAttempt({
  attempt = 1,
  handedBack = 0,
  retry = {},
  cause = null,
}: Circumstances = {}): Attempt {
  const run = {
    jobId: 7,
    scheduledFor: STARTED,
    ordinal: 0,
    trigger: 'schedule' as const,
    attempt,
    fence: attempt,
    handedBack,
    jobName: 'job',
    type: 'scripted',
    payload: null,
    timeoutMs: 1_000,
    retry: { ...DEFAULT_RETRY, ...retry },
    cause,
    revision: 1,
    followUps: true,
  };
  return new Attempt(run, STARTED, new Date(STARTED.getTime() + 1_000));
}
