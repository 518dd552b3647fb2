import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import { abandonAttempts } from '../support/attempts.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';
import { Gate, ScriptedJob } from '../support/scripted-job.ts';

const LAG_MS = 10;

/** Tells the time when it is asked to find out; what it remembers of it is a moment old. */
class LaggingClock extends FakeClock {
  constructor(private readonly truth: FakeClock) {
    super(truth.now());
  }

  override now(): Date {
    return new Date(this.truth.now().getTime() - LAG_MS);
  }

  override async read(): Promise<Date> {
    return this.truth.now();
  }
}

describe('an edit by an instance whose clock is a moment behind', () => {
  let database: TestDatabase;
  let clock: FakeClock;
  let gate: Gate;
  let punctual: Engine;
  let lagging: Engine;

  beforeEach(async () => {
    database = await createDatabase();
    clock = new FakeClock('2026-11-24T09:00:00Z');
    gate = new Gate();
    const handlers = [new ScriptedJob(() => gate.passed)];
    punctual = openEngine(database, { clock, handlers, config: { LEASE_MS: 600_000 } });
    lagging = openEngine(database, { clock: new LaggingClock(clock), handlers });
  });
  afterEach(async () => {
    gate.open();
    await abandonAttempts(punctual);
    await database.drop();
  });

  async function create(fields: object = {}): Promise<number> {
    const job = { name: 'a', type: 'scripted', schedule: '* * * * *' };
    return (await punctual.jobs.create({ ...job, ...fields })).id;
  }

  /** At that time of the day the punctual instance plans and starts whatever is due. */
  async function at(time: string): Promise<void> {
    clock.set(`2026-11-24T${time}Z`);
    while ((await punctual.planner.tick()) > 0);
    await punctual.worker.tick();
  }

  it('is not dated before what another instance has started already', async () => {
    const id = await create();
    await at('09:01:00');

    const edited = await lagging.jobs.update(id, { schedule: '30 * * * *' });

    expect(edited.updatedAt).toEqual(clock.now());
  });

  it('ends what another instance has held back already', async () => {
    const id = await create({ overlap: 'queue' });
    await at('09:01:00');
    await at('09:02:00');

    await lagging.jobs.update(id, { isActive: false });
    gate.open();
    await punctual.inFlight.settle(5_000);
    await punctual.runDue();

    expect(await verdicts(database)).toEqual(['09:01:00 succeeded', '09:02:00 skipped (paused)']);
  });

  it('is not dated before an edit of another instance', async () => {
    const id = await create();
    const { updatedAt } = await punctual.jobs.update(id, { name: 'b' });

    const later = await lagging.jobs.update(id, { name: 'c' });

    expect(later.updatedAt).toEqual(updatedAt);
  });

  it('that deletes the job is not dated before what has been started either', async () => {
    const id = await create();
    await at('09:01:00');

    await lagging.jobs.delete(id);

    const rows = await database.query<{ deleted_at: Date }>('SELECT deleted_at FROM jobs');
    expect(rows).toEqual([{ deleted_at: clock.now() }]);
  });

  it('refuses an end of a pause that has come by now', async () => {
    const id = await create();
    const until = new Date(clock.now().getTime() - LAG_MS / 2).toISOString();

    await expect(lagging.pauses.pause(id, { until })).rejects.toThrow('must lie in the future');
    await expect(punctual.jobs.get(id)).resolves.toMatchObject({ isActive: true, revision: 1 });
  });

  it('finds a pause ended when its time has come', async () => {
    const id = await create();
    await punctual.pauses.pause(id, { until: '2026-11-24T09:10:00Z' });
    clock.set('2026-11-24T09:10:00Z');

    const renamed = await lagging.jobs.update(id, { name: 'b' });

    expect(renamed).toMatchObject({ isActive: true, revision: 4, updatedAt: clock.now() });
  });
});
