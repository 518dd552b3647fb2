import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { openEngine } from '../support/engine.ts';

describe('the planner', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createDatabase();
  });
  afterEach(() => database.drop());

  it('plans and runs the occurrence of a job on its instant', async () => {
    const clock = new FakeClock('2026-11-24T09:00:00Z');
    const engine = openEngine(database, { clock });
    const job = await engine.jobs.create({ name: 'minutely', schedule: '* * * * *' });

    clock.set('2026-11-24T09:01:00Z');
    await engine.runDue();

    expect(await database.query('SELECT job_id, status, scheduled_for, attempt FROM runs')).toEqual(
      [
        {
          job_id: job.id,
          status: 'succeeded',
          scheduled_for: new Date('2026-11-24T09:01:00Z'),
          attempt: 1,
        },
      ],
    );
  });
});
