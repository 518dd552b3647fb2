import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { FakeClock } from '../common/clock.ts';
import { Metrics } from '../telemetry/metrics.ts';
import type { Completion } from './completion.ts';
import type { CompletionsRepository } from './completions.repository.ts';
import { Finisher } from './finisher.ts';

Logger.overrideLogger(false);

const AWAY = new Error('Connection terminated unexpectedly');

/** Stores what it is given, unless the test has something against it. */
class FakeCompletions {
  readonly stored: Completion[] = [];
  readonly batches: number[] = [];
  /** The ends that were stored together with what follows from them. */
  readonly followed: Completion[] = [];

  constructor(private readonly objection: (completions: Completion[]) => Error | undefined) {}

  async finish(completions: Completion[]): Promise<Completion[]> {
    this.batches.push(completions.length);
    const error = this.objection(completions);
    if (error) throw error;
    this.stored.push(...completions);
    return completions;
  }

  async finishAndFollow(completions: Completion[]): Promise<Completion[]> {
    const stored = await this.finish(completions);
    this.followed.push(...completions);
    return stored;
  }
}

describe('the finisher', () => {
  it('writes ends that come together in one statement', async () => {
    const { finisher, completions } = open();

    await Promise.all([1, 2, 3].map((jobId) => finisher.finish(anEnd({ jobId }))));

    expect(completions.batches).toEqual([3]);
  });

  it('writes no more than 500 at once', async () => {
    const { finisher, completions } = open();

    await Promise.all(numbers(1_200).map((jobId) => finisher.finish(anEnd({ jobId }))));

    expect(completions.batches).toEqual([500, 500, 200]);
  });

  it('keeps ends while the database is away, and stores them when it is back', async () => {
    let failures = 2;
    const { finisher, completions } = open(() => (failures-- > 0 ? AWAY : undefined));

    await finisher.finish(anEnd({ jobId: 1 }));
    await finisher.finish(anEnd({ jobId: 2 }));

    expect(completions.stored.map(({ jobId }) => jobId)).toEqual([1, 2]);
  });

  it('stores a run whose answer the database refuses without it, and the others as they are', async () => {
    const { finisher, completions } = open((ends) =>
      ends.some(({ result }) => result === 'bad') ? dataError() : undefined,
    );

    await Promise.all([
      finisher.finish(anEnd({ jobId: 1 })),
      finisher.finish(anEnd({ jobId: 2, result: 'bad', log: ['a line'] })),
      finisher.finish(anEnd({ jobId: 3 })),
    ]);

    expect(completions.stored).toEqual([
      anEnd({ jobId: 1 }),
      anEnd({
        jobId: 2,
        status: 'failed',
        error: 'What the handler answered cannot be stored',
      }),
      anEnd({ jobId: 3 }),
    ]);
  });

  it('outlives a database that goes away between a refusal and the second try', async () => {
    const answers = [dataError(), AWAY, AWAY, undefined];
    const { finisher, completions } = open(() => answers.shift());

    await finisher.finish(anEnd({ jobId: 1, result: 'bad' }));
    await finisher.finish(anEnd({ jobId: 2 }));

    expect(completions.stored.map(({ jobId, status }) => [jobId, status])).toEqual([
      [1, 'failed'],
      [2, 'succeeded'],
    ]);
  });

  it('gives up an end that cannot be stored in any form, and goes on', async () => {
    const { finisher, completions } = open((ends) =>
      ends.some(({ jobId }) => jobId === 1) ? dataError() : undefined,
    );

    await Promise.all([1, 2].map((jobId) => finisher.finish(anEnd({ jobId }))));
    await finisher.finish(anEnd({ jobId: 3 }));

    expect(completions.stored.map(({ jobId }) => jobId)).toEqual([2, 3]);
  });
});

describe('verdicts that others follow', () => {
  const followUps = true;

  it('are stored with what follows, a hundred at a time and beside the others', async () => {
    const { finisher, completions } = open();

    await Promise.all([
      ...numbers(150).map((jobId) => finisher.finish(anEnd({ jobId, followUps }))),
      finisher.finish(anEnd({ jobId: 151 })),
      finisher.finish(anEnd({ jobId: 152, status: 'queued', followUps })),
    ]);

    expect([...completions.batches].sort((a, b) => a - b)).toEqual([2, 50, 100]);
    expect(completions.followed.map(({ jobId }) => jobId)).toEqual(numbers(150));
  });

  it('do not hold up the others while they wait', async () => {
    let isLocked = true;
    const { finisher, completions } = open(([end]) =>
      isLocked && end?.followUps ? AWAY : undefined,
    );
    const waiting = finisher.finish(anEnd({ jobId: 1, followUps }));

    await finisher.finish(anEnd({ jobId: 2 }));
    expect(completions.stored.map(({ jobId }) => jobId)).toEqual([2]);
    isLocked = false;
    await waiting;

    expect(completions.stored.map(({ jobId }) => jobId)).toEqual([2, 1]);
  });

  it('are followed also when there is to be no other attempt, since its end cannot be stored', async () => {
    const { finisher, completions } = open(([end]) =>
      end?.status === 'queued' ? dataError() : undefined,
    );

    await finisher.finish(anEnd({ jobId: 1, status: 'queued', followUps }));

    expect(completions.followed.map(({ status }) => status)).toEqual(['failed']);
  });
});

function open(objection: (completions: Completion[]) => Error | undefined = () => undefined) {
  const completions = new FakeCompletions(objection);
  const finisher = new Finisher(
    completions as unknown as CompletionsRepository,
    new FakeClock('2026-11-24T09:00:00Z'),
    new Metrics(),
  );
  return { finisher, completions };
}

function anEnd(end: Partial<Completion>): Completion {
  const at = new Date('2026-11-24T09:00:00Z');
  return {
    jobId: 1,
    scheduledFor: at,
    ordinal: 0,
    fence: 1,
    status: 'succeeded',
    startedAt: at,
    finishedAt: at,
    wakeAt: null,
    error: null,
    result: null,
    log: null,
    past: null,
    followUps: false,
    depth: 0,
    ...end,
  };
}

function dataError(): pg.DatabaseError {
  const error = new pg.DatabaseError('unsupported Unicode escape sequence', 0, 'error');
  error.code = '22P05';
  return error;
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
