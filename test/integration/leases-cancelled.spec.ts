import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { JobsService } from '../../src/jobs/jobs.service.ts';
import { InFlight } from '../../src/worker/in-flight.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { ledger } from '../support/ledger.ts';
import { openService, type TestService } from '../support/service.ts';
import { replies, Target } from '../support/target.ts';

describe('a run under way whose job is deleted', () => {
  let database: TestDatabase;
  let target: Target;
  let api: TestService;
  let worker: TestService;
  let jobs: JobsService;
  let id: number;

  beforeEach(async () => {
    database = await createDatabase();
    target = await Target.open();
    target.answers(replies.never());
    worker = await openService(database, { ROLES: ['worker'], LEASE_MS: 600_000, POLL_MS: 60_000 });
    api = await openService(database, { ROLES: ['api'] });
    jobs = api.app.get(JobsService);
    const job = await jobs.create({
      name: 'endless',
      schedule: '0 0 1 1 *',
      type: 'http',
      payload: { url: target.url },
    });
    id = job.id;
    const arrived = target.nextRequest();
    await jobs.trigger(id, undefined);
    await arrived;
  });
  afterEach(async () => {
    await api.close();
    await worker.close();
    await target.close();
    await database.drop();
  });

  it('is cancelled at once, and its worker in another process ends it before its next sign of life', async () => {
    await jobs.delete(id);

    expect(await ledger(database)).toMatchObject([
      { status: 'cancelled', reason: 'deleted', wakeAt: null, fence: 2 },
    ]);
    await eventually(() => worker.app.get(InFlight).size === 0, { timeoutMs: 5_000 });
    expect(await ledger(database)).toMatchObject([{ status: 'cancelled' }]);
  });

  it('goes on when its job is only paused', async () => {
    await jobs.update(id, { isActive: false });

    expect(await ledger(database)).toMatchObject([{ status: 'running' }]);
    expect(worker.app.get(InFlight).size).toBe(1);
    await jobs.delete(id);
  });

  it('is found by the next sign of life when the announcement got lost', async () => {
    await database.query(`UPDATE runs SET status = 'cancelled', wake_at = NULL, fence = fence + 1`);

    // An announcement that names no job: something may have been missed.
    await database.query(`SELECT pg_notify('scheduler_cancelled', '')`);

    await eventually(() => worker.app.get(InFlight).size === 0, { timeoutMs: 5_000 });
  });
});
