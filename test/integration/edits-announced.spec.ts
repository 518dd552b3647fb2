import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { FakeClock } from '../../src/common/clock.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import '../support/quiet.ts';

describe('an edit that cannot be announced', () => {
  let database: TestDatabase;
  let engine: Engine;

  beforeEach(async () => {
    database = await createDatabase();
    const pool = withoutAnnouncements(database.pool);
    engine = openEngine({ ...database, pool }, { clock: new FakeClock('2026-11-24T09:00:00Z') });
  });
  afterEach(() => database.drop());

  it('is answered as made: planners come to it by themselves', async () => {
    const job = await engine.jobs.create({ name: 'a', schedule: '* * * * * *' });
    const edited = await engine.jobs.update(job.id, { schedule: '*/2 * * * * *' });

    expect(edited.revision).toBe(2);
    expect(await database.query('SELECT schedule FROM jobs')).toEqual([
      { schedule: '*/2 * * * * *' },
    ]);
  });
});

/** A pool that has no connection to spare for announcements. */
function withoutAnnouncements(pool: pg.Pool): pg.Pool {
  const query = async (statement: string | pg.QueryConfig, values?: unknown[]) => {
    const text = typeof statement === 'string' ? statement : statement.text;
    if (text.includes('scheduler_jobs')) throw new Error('timeout exceeded when trying to connect');
    return pool.query(statement, values);
  };
  return Object.assign(Object.create(pool) as pg.Pool, { query, connect: () => pool.connect() });
}
