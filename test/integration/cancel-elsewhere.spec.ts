import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { JobsService } from '../../src/jobs/jobs.service.ts';
import { runId } from '../../src/runs/run-id.ts';
import { RunsService } from '../../src/runs/runs.service.ts';
import { InFlight } from '../../src/worker/in-flight.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { openService, type TestService } from '../support/service.ts';
import { replies, Target } from '../support/target.ts';

/** No sign of life and no look at the clock comes in time: it has to be the announcement. */
const SLOW = { LEASE_MS: 600_000, POLL_MS: 60_000 };

describe('a run under way that is cancelled on another instance', () => {
  let database: TestDatabase;
  let target: Target;
  let api: TestService;
  let worker: TestService;
  let cancelled: string;
  let other: string;

  beforeEach(async () => {
    database = await createDatabase();
    target = await Target.open();
    target.answers(replies.never());
    worker = await openService(database, { ROLES: ['worker'], ...SLOW });
    api = await openService(database, { ROLES: ['api'] });
    cancelled = await startedRun();
    other = await startedRun();
  });
  afterEach(async () => {
    await api.app.get(RunsService).cancel(other);
    await api.close();
    await worker.close();
    await target.close();
    await database.drop();
  });

  /** Starts a job that nobody answers, and resolves when its request has arrived. */
  async function startedRun(): Promise<string> {
    const jobs = api.app.get(JobsService);
    const payload = { url: target.url };
    const job = await jobs.create({ name: 'a', schedule: '@yearly', type: 'http', payload });
    const arrived = target.nextRequest();
    const key = await jobs.trigger(job.id, undefined);
    await arrived;
    return runId(key);
  }

  it('is aborted long before the next sign of life, and nothing else is', async () => {
    const inFlight = worker.app.get(InFlight);
    const signals = new Map(inFlight.underWay.map(({ run, signal }) => [runId(run), signal]));
    expect([...signals.keys()].sort()).toEqual([cancelled, other].sort());

    const { status } = await api.app.get(RunsService).cancel(cancelled);

    expect(status).toBe('cancelled');
    await eventually(() => inFlight.size === 1, { timeoutMs: 5_000 });
    expect(signals.get(cancelled)?.reason).toBe('cancelled');
    expect(signals.get(other)?.aborted).toBe(false);
  });
});
