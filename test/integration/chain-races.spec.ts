import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import type { CreateJobDto } from '../../src/jobs/dto/create-job.dto.ts';
import { FollowUpsRepository } from '../../src/jobs/follow-ups.repository.ts';
import { JobChangesRepository } from '../../src/jobs/job-changes.repository.ts';
import { RevisionsRepository } from '../../src/jobs/revisions.repository.ts';
import { HeldBackRepository } from '../../src/runs/held-back.repository.ts';
import { LedgerRepository } from '../../src/runs/ledger.repository.ts';
import type { Completion } from '../../src/worker/completion.ts';
import { CompletionsRepository } from '../../src/worker/completions.repository.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';

const NINE = new Date('2026-11-24T09:00:00Z');
const ROUNDS = 200;

let database: TestDatabase;
let engine: Engine;
let completions: CompletionsRepository;

beforeEach(async () => {
  database = await createDatabase();
  const clock = new FakeClock(NINE);
  engine = openEngine(database, { clock });
  const ledger = new LedgerRepository();
  const changes = new JobChangesRepository(ledger, new RevisionsRepository(), clock);
  const followUps = new FollowUpsRepository(changes);
  completions = new CompletionsRepository(database.pool, new HeldBackRepository(), followUps);
});
afterEach(() => database.drop());

async function create(fields: Partial<CreateJobDto> = {}): Promise<number> {
  const job = await engine.jobs.create({
    name: 'a',
    schedule: '@at 2031-01-01T00:00:00Z',
    ...fields,
  });
  return job.id;
}

/** Runs of a job that are under way, one for each ordinal. */
async function running(jobId: number, count: number): Promise<void> {
  await database.query(
    `INSERT INTO runs (job_id, scheduled_for, ordinal, namespace_id, status, trigger, wake_at,
                       started_at, attempt, fence)
     SELECT $1, $2, ordinal, 1, 'running', 'manual', $2::timestamptz + interval '15 seconds', $2, 1, 1
       FROM generate_series(1, $3::integer) AS ordinal`,
    [jobId, NINE, count],
  );
}

function finish(jobId: number, ordinal: number, status: 'succeeded' | 'failed'): Promise<unknown> {
  const end: Completion = {
    jobId,
    scheduledFor: NINE,
    ordinal,
    fence: 1,
    status,
    startedAt: NINE,
    finishedAt: NINE,
    wakeAt: null,
    error: null,
    result: null,
    log: null,
    past: null,
    followUps: true,
    depth: 0,
  };
  return completions.finishAndFollow([end], NINE);
}

describe('ends of runs that start other jobs', () => {
  it('do not wait for each other for ever, two hundred times at once and among edits', async () => {
    const low = await create();
    const one = await create();
    const two = await create();
    const high = await create();
    await engine.jobs.update(two, { onFinish: [high, low], autoPauseAfter: 1_000 });
    await engine.jobs.update(one, { onSuccess: [low, two], onFinish: [high] });
    await running(one, ROUNDS);
    await running(two, ROUNDS);

    for (let round = 1; round <= ROUNDS; round += 1) {
      await Promise.all([
        finish(one, round, 'succeeded'),
        finish(two, round, 'failed'),
        engine.jobs.update(low, { description: `in round ${round}` }),
        engine.jobs.update(high, { description: `in round ${round}` }),
      ]);
    }

    const counts = await database.query(
      `SELECT job_id AS id, count(*)::integer, count(DISTINCT ordinal)::integer AS distinct
         FROM runs WHERE trigger = 'chain' GROUP BY 1 ORDER BY 1`,
    );
    expect(counts).toEqual([
      { id: low, count: 2 * ROUNDS, distinct: 2 * ROUNDS },
      { id: two, count: ROUNDS, distinct: ROUNDS },
      { id: high, count: 2 * ROUNDS, distinct: 2 * ROUNDS },
    ]);
    expect(
      await database.query('SELECT failures_in_row AS count FROM jobs WHERE id = $1', [two]),
    ).toEqual([{ count: ROUNDS }]);
  });

  it('count every failure, and pause once, when many come at the same time', async () => {
    const id = await create({ autoPauseAfter: 5 });
    await running(id, 8);

    await Promise.all(Array.from({ length: 8 }, (_, index) => finish(id, index + 1, 'failed')));

    expect(await engine.jobs.get(id)).toMatchObject({
      revision: 2,
      pausedReason: 'auto-paused: 5 failed runs in a row',
    });
  });

  it('start what an edit names that they had to wait for, and nothing that it has dropped', async () => {
    const dropped = await create();
    const id = await create({ onSuccess: [dropped] });
    const named = await create();
    await running(id, 1);
    const edit = await begun('UPDATE jobs SET on_success = $2 WHERE id = $1', [id, [named]]);

    const finished = finish(id, 1, 'succeeded');
    await edit.commitOnceWaitedFor();
    await finished;

    expect(await verdicts(database, named)).toEqual(['09:00:00-1 queued']);
    expect(await verdicts(database, dropped)).toEqual([]);
  });

  it('wait also for what such an edit names, and do not start it when it is deleted', async () => {
    const id = await create({ onSuccess: [await create()] });
    const named = await create();
    await running(id, 1);
    const edit = await begun('UPDATE jobs SET on_success = $2 WHERE id = $1', [id, [named]]);
    const deletion = await begun('UPDATE jobs SET deleted_at = now() WHERE id = $1', [named]);

    const finished = finish(id, 1, 'succeeded');
    await edit.commitOnceWaitedFor();
    await deletion.commitOnceWaitedFor();
    await finished;

    expect(await verdicts(database, id)).toEqual(['09:00:00-1 succeeded']);
    expect(await verdicts(database, named)).toEqual([]);
  });

  /** Somebody else, in the middle of a transaction. */
  async function begun(text: string, values: unknown[]) {
    const connection = await database.pool.connect();
    await connection.query('BEGIN');
    await connection.query(text, values);
    const { rows } = await connection.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return {
      commitOnceWaitedFor: async () => {
        await eventually(async () => {
          const waiting = await database.query(
            `SELECT FROM pg_stat_activity
              WHERE datname = current_database() AND $1 = ANY(pg_blocking_pids(pid))`,
            [rows[0]?.pid],
          );
          return waiting.length > 0;
        });
        await connection.query('COMMIT');
        connection.release();
      },
    };
  }
});

describe('edits that name jobs to start', () => {
  it.each([2, 3])('never close a circle of %p together', async (size) => {
    const ids = await Promise.all(Array.from({ length: size }, () => create()));
    const next = (index: number) => ids[(index + 1) % size] as number;

    for (let round = 0; round < 30; round += 1) {
      const edits = await Promise.allSettled(
        ids.map((id, index) => engine.jobs.update(id, { onSuccess: [next(index)] })),
      );

      const refused = edits.filter(({ status }) => status === 'rejected');
      expect(refused).toMatchObject([
        { reason: { code: 'INVALID_REQUEST', message: expect.stringContaining('leads back') } },
      ]);
      for (const id of ids) await engine.jobs.update(id, { onSuccess: [] });
    }
  });

  it('never make too long a chain together', async () => {
    const ids = await Promise.all(Array.from({ length: 11 }, () => create()));

    const edits = await Promise.allSettled(
      ids
        .slice(0, -1)
        .map((id, index) => engine.jobs.update(id, { onFinish: [ids[index + 1] as number] })),
    );

    expect(edits.filter(({ status }) => status === 'rejected')).toMatchObject([
      { reason: { message: 'onFinish: must not make more than 10 jobs in a row' } },
    ]);
  });

  it('never name a job that is deleted at the same time', async () => {
    for (let round = 0; round < 30; round += 1) {
      const [id, target] = [await create(), await create()];

      const outcomes = await Promise.allSettled([
        engine.jobs.update(id, { onSuccess: [target] }),
        engine.jobs.delete(target),
        create({ onFailure: [target] }),
      ]);

      const [updated, deleted, created] = outcomes.map(({ status }) => status === 'fulfilled');
      expect(deleted).toBe(!updated && !created);
    }
  });
});
