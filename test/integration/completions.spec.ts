import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { FakeClock } from '../../src/common/clock.ts';
import { FollowUpsRepository } from '../../src/jobs/follow-ups.repository.ts';
import { JobChangesRepository } from '../../src/jobs/job-changes.repository.ts';
import { RevisionsRepository } from '../../src/jobs/revisions.repository.ts';
import { HeldBackRepository } from '../../src/runs/held-back.repository.ts';
import { LedgerRepository } from '../../src/runs/ledger.repository.ts';
import type { Completion } from '../../src/worker/completion.ts';
import { CompletionsRepository, type HeldRun } from '../../src/worker/completions.repository.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { verdicts } from '../support/ledger.ts';

const NINE = new Date('2026-11-24T09:00:00Z');
const LATER = new Date('2026-11-24T09:00:15Z');

describe('ends of several runs', () => {
  let database: TestDatabase;
  let completions: CompletionsRepository;

  beforeEach(async () => {
    database = await createDatabase();
    const ledger = new LedgerRepository();
    const revisions = new RevisionsRepository();
    const changes = new JobChangesRepository(ledger, revisions, new FakeClock(NINE));
    const followUps = new FollowUpsRepository(changes);
    completions = new CompletionsRepository(database.pool, new HeldBackRepository(), followUps);
    await database.query(
      `INSERT INTO runs (job_id, scheduled_for, namespace_id, status, trigger, wake_at, started_at,
                         attempt, fence)
       SELECT job_id, $1, 1, 'running', 'schedule', $2, $1, 1, 1
         FROM generate_series(1, 3) AS job_id`,
      [NINE, LATER],
    );
  });
  afterEach(() => database.drop());

  it.each([
    ['a renewal of their leases', () => completions.renew(held(3, 2, 1), NINE, LATER)],
    ['their return to the queue', () => completions.handBack(held(3, 2, 1), NINE, 'a worker')],
    ['their ends', () => completions.finish(ends(3, 2, 1), NINE)],
  ])('wait for %s, and not in a circle', async (_, work) => {
    const other = new pg.Client(database.url);
    await other.connect();
    await other.query('BEGIN');
    await other.query('SELECT FROM runs WHERE job_id = 2 FOR UPDATE');

    const both = Promise.all([work(), completions.finish(ends(1, 2, 3), NINE)]);
    await eventually(areBothWaiting);
    await other.query('COMMIT');
    await other.end();

    await both;
    expect(await verdicts(database)).not.toContain('09:00:00 running');
  });

  async function areBothWaiting(): Promise<boolean> {
    const waiting = await database.query(
      `SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return waiting.length === 2;
  }
});

function held(...jobIds: number[]): HeldRun[] {
  return jobIds.map((jobId) => ({
    ...{ jobId, scheduledFor: NINE, ordinal: 0 },
    ...{ fence: 1, attempt: 1, startedAt: NINE },
  }));
}

function ends(...jobIds: number[]): Completion[] {
  return held(...jobIds).map((run) => ({
    ...run,
    ...{ status: 'succeeded', finishedAt: NINE, wakeAt: null, error: null, result: null },
    ...{ log: null, past: null, followUps: false, depth: 0 },
  }));
}
