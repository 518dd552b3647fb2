import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { insertJobs } from '../support/jobs.ts';
import { Barrier, rewritingPool } from '../support/rewriting-pool.ts';
import { openRivals, planTogether } from '../support/rivals.ts';

const NOW = '2026-11-24T09:00:00Z';
const PLANNERS = 4;
const JOBS = 1_000;

const LOCK = 'FOR NO KEY UPDATE SKIP LOCKED';
const CONFLICT = 'ON CONFLICT (job_id, scheduled_for, ordinal) DO NOTHING';

describe('planners that race', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createDatabase();
    await insertJobs(database, JOBS, { schedule: '*/5 * * * *', nextRun: NOW });
  });
  afterEach(() => database.drop());

  it('plan one run for each due occurrence and move each job once', async () => {
    const { engines, close } = openRivals(database, PLANNERS, { clock: new FakeClock(NOW) });

    await planTogether(engines);

    expect(await planned()).toEqual({ runs: JOBS, jobs: JOBS, instants: [new Date(NOW)] });
    expect(await database.query('SELECT DISTINCT next_run FROM jobs')).toEqual([
      { next_run: new Date('2026-11-24T09:05:00Z') },
    ]);
    await close();
  });

  it('plan every instant of a burst of seconds once', async () => {
    const clock = new FakeClock(NOW);
    await database.query(`UPDATE jobs SET schedule = '* * * * * *'`);
    const { engines, close } = openRivals(database, PLANNERS, { clock });

    for (let second = 0; second < 5; second += 1) {
      clock.advance(1_000);
      await planTogether(engines);
    }

    // Five seconds have passed since the first instant, and two more lie within the horizon.
    const { runs, instants } = await planned();
    expect(instants).toHaveLength(8);
    expect(runs).toBe(8 * JOBS);
    await close();
  });

  // Proof that the race above is a real one: without both guards it goes wrong.
  describe.each([
    { lock: true, key: true, outcome: 'one run each' },
    { lock: false, key: true, outcome: 'one run each' },
    { lock: true, key: false, outcome: 'one run each' },
    { lock: false, key: false, outcome: 'more' },
  ])('with the row lock: $lock, with the unique key: $key', ({ lock, key, outcome }) => {
    it(`make ${outcome}`, async () => {
      if (!key) await database.query('ALTER TABLE runs DROP CONSTRAINT runs_pkey');
      const removed = [...(lock ? [] : [LOCK]), ...(key ? [] : [CONFLICT])];
      const taken = new Set<string>();
      const barrier = new Barrier(PLANNERS);
      const { engines, close } = openRivals(
        database,
        PLANNERS,
        { clock: new FakeClock(NOW) },
        (pool) =>
          rewritingPool(pool, {
            rewrite: (text) => {
              for (const part of removed.filter((part) => text.includes(part))) taken.add(part);
              return removed.reduce((rest, part) => rest.replace(part, ''), text);
            },
            // Nobody writes before all have read: the moment that the guards are for.
            answered: async (text) => {
              if (text.includes(LOCK)) await barrier.pass();
            },
          }),
      );

      await planTogether(engines);

      expect([...taken].sort()).toEqual(removed.sort());
      const { runs, jobs } = await planned();
      expect(jobs).toBe(JOBS);
      if (outcome === 'more') expect(runs).toBeGreaterThan(JOBS);
      else expect(runs).toBe(JOBS);
      await close();
    });
  });

  async function planned(): Promise<{ runs: number; jobs: number; instants: Date[] }> {
    const [row] = await database.query<{ runs: number; jobs: number; instants: Date[] }>(
      `SELECT count(*)::integer AS runs, count(DISTINCT job_id)::integer AS jobs,
              array_agg(DISTINCT scheduled_for) AS instants
         FROM runs`,
    );
    return row ?? { runs: 0, jobs: 0, instants: [] };
  }
});
