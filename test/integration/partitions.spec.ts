import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import { PartitionKeeper } from '../../src/scheduler/partition-keeper.ts';
import { partitionOf, PartitionsRepository } from '../../src/scheduler/partitions.repository.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { openEngine } from '../support/engine.ts';
import { insertJob } from '../support/jobs.ts';
import { ledger, verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';
import { ScriptedJob } from '../support/scripted-job.ts';

/** A Tuesday. */
const NINE = '2026-11-24T09:00:00Z';
const FIVE_WEEKS = [
  'runs_20261123',
  'runs_20261130',
  'runs_20261207',
  'runs_20261214',
  'runs_20261221',
];

describe('the partitions of the ledger', () => {
  let database: TestDatabase;
  let clock: FakeClock;
  let keeper: PartitionKeeper;

  beforeEach(async () => {
    database = await createDatabase();
    clock = new FakeClock(NINE);
    keeper = new PartitionKeeper(new PartitionsRepository(database.pool), clock);
  });
  afterEach(() => database.drop());

  it('are there for this week and the four that follow', async () => {
    await keeper.onModuleInit();

    expect(await partitions()).toEqual([...FIVE_WEEKS, 'runs_default']);
  });

  it('are made once, also by instances that start together', async () => {
    const keepers = Array.from(
      { length: 3 },
      () => new PartitionKeeper(new PartitionsRepository(database.pool), clock),
    );
    await Promise.all(keepers.map((each) => each.onModuleInit()));

    // Who has lost a race asks again, and finds all of them there.
    for (const each of keepers) await each.onModuleInit();
    expect(await partitions()).toEqual([...FIVE_WEEKS, 'runs_default']);
  });

  it('go on as time does', async () => {
    await keeper.onModuleInit();
    clock.set('2026-12-01T00:00:00Z');

    await keeper.onModuleInit();

    expect(await partitions()).toEqual([...FIVE_WEEKS, 'runs_20261228', 'runs_default']);
  });

  it.each([
    ['2026-11-23T00:00:00.000Z', 'runs_20261123'],
    ['2026-11-29T23:59:59.999Z', 'runs_20261123'],
    ['2026-11-30T00:00:00.000Z', 'runs_20261130'],
    ['1969-12-31T23:59:59.999Z', 'runs_19691229'],
    ['2028-02-29T12:00:00.000Z', 'runs_20280228'],
  ])('hold %s in %s', async (instant, name) => {
    const { name: named, from, to } = partitionOf(new Date(instant));

    expect(named).toBe(name);
    expect(from.getUTCDay()).toBe(1);
    expect(Date.parse(instant)).toBeGreaterThanOrEqual(from.getTime());
    expect(Date.parse(instant)).toBeLessThan(to.getTime());
  });

  it('take a row each from both sides of midnight between two weeks', async () => {
    await keeper.onModuleInit();
    const handler = new ScriptedJob();
    clock.set('2026-11-29T23:59:59Z');
    const engine = openEngine(database, { clock, handlers: [handler] });
    const schedule = '* * * * * *';
    await insertJob(database, { type: 'scripted', schedule, nextRun: '2026-11-29T23:59:59Z' });

    await engine.runDue();
    clock.advance(1_000);
    await engine.runDue();

    expect(await rowsBy('tableoid::regclass::text')).toEqual([
      ['runs_20261123', 1],
      ['runs_20261130', 3],
    ]);
    expect((await verdicts(database)).slice(0, 2)).toEqual([
      '23:59:59 succeeded',
      '00:00:00 succeeded',
    ]);
  });

  it('leave what lies outside of them to the default one', async () => {
    await keeper.onModuleInit();
    clock.set('2027-06-01T09:00:00Z');
    const engine = openEngine(database, { clock });
    await insertJob(database, { schedule: '* * * * *', nextRun: '2027-06-01T09:00:00Z' });

    await engine.runDue();

    expect(await verdicts(database)).toEqual(['09:00:00 succeeded']);
    expect(await rowsBy('tableoid::regclass::text')).toEqual([['runs_default', 1]]);
  });

  it('are made for all other weeks when rows of one week stand in the default one already', async () => {
    const engine = openEngine(database, { clock });
    await insertJob(database, { schedule: '* * * * *', nextRun: NINE });
    await engine.runDue();

    await keeper.onModuleInit();

    expect(await partitions()).toEqual([...FIVE_WEEKS.slice(1), 'runs_default']);
    clock.advance(60_000);
    await engine.runDue();
    expect((await ledger(database)).map(({ status }) => status)).toEqual([
      'succeeded',
      'succeeded',
    ]);
  });

  it('are not waited for when somebody else holds the ledger', async () => {
    await inTransaction(database.pool, async (transaction) => {
      await transaction.query('SET LOCAL idle_in_transaction_session_timeout = 0');
      await transaction.query('LOCK TABLE runs IN ACCESS SHARE MODE');

      await keeper.onModuleInit();
    });
    expect(await partitions()).toEqual(['runs_default']);

    await keeper.onModuleInit();
    expect(await partitions()).toEqual([...FIVE_WEEKS, 'runs_default']);
  });

  async function partitions(): Promise<string[]> {
    const rows = await database.query<{ name: string }>(
      `SELECT relid::regclass::text AS name FROM pg_partition_tree('runs')
        WHERE isleaf ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  }

  async function rowsBy(expression: string): Promise<[string, number][]> {
    const rows = await database.query<{ key: string; count: number }>(
      `SELECT ${expression} AS key, count(*)::integer FROM runs GROUP BY 1 ORDER BY 1`,
    );
    return rows.map(({ key, count }) => [key, count]);
  }
});
