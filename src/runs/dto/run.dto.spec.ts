import { describe, expect, it } from '@jest/globals';
import type { Attempt, Run } from '../run.ts';
import { RunDto } from './run.dto.ts';

const DUE = new Date('2026-11-24T09:00:00Z');
const later = (ms: number): Date => new Date(DUE.getTime() + ms);

function aRun(fields: Partial<Run> = {}): Run {
  return {
    jobId: 42,
    scheduledFor: DUE,
    ordinal: 0,
    namespaceId: 1,
    status: 'planned',
    trigger: 'schedule',
    reason: null,
    revision: null,
    attempt: 0,
    attempts: [],
    wakeAt: DUE,
    queuedAt: null,
    startedAt: null,
    finishedAt: null,
    worker: null,
    error: null,
    result: null,
    log: [],
    nominalFor: null,
    cause: null,
    rangeFrom: null,
    rangeTo: null,
    rangeCount: null,
    ...fields,
  };
}

const lost: Attempt = {
  attempt: 1,
  startedAt: later(5).toISOString(),
  finishedAt: later(20_000).toISOString(),
  outcome: 'lost',
  error: 'The worker was lost',
  worker: 'one',
};

describe('a run as the API shows it', () => {
  it('has neither attempts nor times before it starts', () => {
    expect(RunDto.from(aRun())).toMatchObject({
      id: `42-${DUE.getTime()}`,
      status: 'planned',
      attempt: 0,
      attempts: [],
      latenessMs: null,
      durationMs: null,
    });
  });

  it('shows the attempt under way as one that has not ended', () => {
    const running = aRun({ status: 'running', attempt: 1, startedAt: later(5), worker: 'one' });

    const shown = RunDto.from(running);

    expect(shown).toMatchObject({ latenessMs: 5, durationMs: null });
    expect(shown.attempts).toEqual([
      {
        attempt: 1,
        startedAt: later(5).toISOString(),
        finishedAt: null,
        outcome: null,
        error: null,
        worker: 'one',
      },
    ]);
  });

  it.each(['succeeded', 'failed', 'cancelled', 'lost'] as const)(
    'shows how its only attempt ended: %s',
    (status) => {
      const ended = aRun({ status, attempt: 1, startedAt: later(5), finishedAt: later(105) });

      expect(RunDto.from(ended)).toMatchObject({
        latenessMs: 5,
        durationMs: 100,
        attempts: [{ attempt: 1, outcome: status }],
      });
    },
  );

  it('measures its lateness by the first attempt and its length by the latest', () => {
    const run = aRun({
      status: 'succeeded',
      attempt: 2,
      attempts: [lost],
      startedAt: later(21_000),
      finishedAt: later(21_300),
    });

    const shown = RunDto.from(run);

    expect(shown).toMatchObject({ latenessMs: 5, durationMs: 300 });
    expect(shown.attempts.map(({ outcome }) => outcome)).toEqual(['lost', 'succeeded']);
  });

  it('shows an attempt once while the next one waits', () => {
    const run = aRun({ status: 'queued', attempt: 1, attempts: [lost], startedAt: later(5) });

    expect(RunDto.from(run).attempts).toEqual([lost]);
  });

  it('shows the number of a start by hand, and a range', () => {
    const range = { rangeFrom: later(-60_000), rangeTo: DUE, rangeCount: 2 };

    expect(RunDto.from(aRun({ ordinal: 3 })).id).toBe(`42-${DUE.getTime()}-3`);
    expect(RunDto.from(aRun({ status: 'skipped', reason: 'missed', ...range }))).toMatchObject({
      rangeFrom: range.rangeFrom,
      rangeTo: DUE,
      count: 2,
      reason: 'missed',
    });
  });

  it('shows the instant that the schedule names beside the one that it is due at', () => {
    const moved = RunDto.from(aRun({ nominalFor: later(-60_000) }));

    expect(moved).toMatchObject({ scheduledFor: DUE, nominalFor: later(-60_000) });
    expect(RunDto.from(aRun())).toMatchObject({ scheduledFor: DUE, nominalFor: DUE });
  });

  it('shows the run that has started it, if one has', () => {
    const cause = { runId: '41-1', jobId: 41, status: 'succeeded', result: { rows: 3 } } as const;

    expect(RunDto.from(aRun({ trigger: 'chain', cause: { ...cause, depth: 1 } })).cause).toEqual(
      cause,
    );
    expect(RunDto.from(aRun()).cause).toBeNull();
  });

  it('shows nothing of what is ours', () => {
    const shown = RunDto.from({ ...aRun(), fence: 4, payload: 'x' } as Run);

    for (const hidden of ['namespaceId', 'wakeAt', 'fence', 'payload', 'ordinal']) {
      expect(shown).not.toHaveProperty(hidden);
    }
  });
});
