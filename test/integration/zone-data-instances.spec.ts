import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { FakeClock } from '../../src/common/clock.ts';
import type { Role } from '../../src/config/config.ts';
import { createPool } from '../../src/database/pool.ts';
import { packagedZones } from '../../src/schedules/zones/packaged-zones.ts';
import { useZoneData, zoneDataVersion } from '../../src/schedules/zones/time-zones.ts';
import type { ZoneData } from '../../src/schedules/zones/zone-data.ts';
import { ZoneinfoError } from '../../src/schedules/zones/zoneinfo/zoneinfo.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';
import { openKeeper, type TestKeeper } from '../support/zone-keeper.ts';
import { ZoneinfoDirectory } from '../support/zoneinfo.ts';
import { zonesOf } from '../support/zones-of.ts';

const TODAY = '2026-11-24T';
const VANCOUVER = 'America/Vancouver';
const NINE = { schedule: '0 9 * * *', timezone: VANCOUVER };
/** Nine is at 17:00, and no more at 16:00. */
const LATER = zonesOf('2027a', { [VANCOUVER]: -8 });
const AN_HOUR_LATER = { [VANCOUVER]: { first: -8 * 3_600, footer: 'PST8' } };

let database: TestDatabase;
let engine: Engine;

beforeEach(async () => {
  database = await createDatabase();
  engine = openEngine(database, { clock: new FakeClock(`${TODAY}12:00:00Z`) });
  await begin(packagedZones);
});
afterEach(async () => {
  useZoneData(packagedZones);
  await database.drop();
});

/** An instance comes that has these zone data. */
async function begin(data: ZoneData, roles: Role[] = ['scheduler']): Promise<TestKeeper> {
  useZoneData(data);
  const instance = openKeeper(database, engine, { ROLES: roles });
  await instance.keeper.onModuleInit();
  return instance;
}

function at(time: string): void {
  engine.clock.set(`${TODAY}${time}Z`);
}

async function aJob(fields: object = {}): Promise<number> {
  const { id } = await engine.jobs.create({ name: 'a', ...NINE, ...fields });
  return id;
}

/** Equal jobs, whose next instant is at 16:00, as the package has it, unless they are told otherwise. */
async function manyJobs(count: number, fields: object = {}): Promise<void> {
  const id = await aJob(fields);
  await database.query(
    `INSERT INTO jobs (name, schedule, timezone, next_run, retry, timeout_ms, dst, created_at,
                       updated_at)
     SELECT name, schedule, timezone, next_run, retry, timeout_ms, dst, created_at, updated_at
       FROM jobs, generate_series(2, $1)
      WHERE id = $2`,
    [count, id],
  );
}

/** How many jobs have each next instant. */
async function nextRuns(): Promise<Record<string, number>> {
  const rows = await database.query<{ at: Date; count: number }>(
    'SELECT next_run AS at, count(*)::integer FROM jobs GROUP BY 1 ORDER BY 1',
  );
  return Object.fromEntries(rows.map((row) => [row.at.toISOString().slice(8, 16), row.count]));
}

/** Resolves when a statement of this database waits for a lock. */
async function somebodyWaits(): Promise<void> {
  await eventually(async () => {
    const waiting = await database.query(
      `SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return waiting.length > 0;
  });
}

async function state(): Promise<{ version: string; done_up_to: number | null; repeat_at: Date }> {
  const rows = await database.query<Awaited<ReturnType<typeof state>>>('SELECT * FROM zone_data');
  return rows[0]!;
}

describe('bringing many jobs in line', () => {
  it('goes on where somebody has died, and does nothing twice', async () => {
    await manyJobs(10);
    useZoneData(LATER);
    const dead = openKeeper(database, engine);
    await database.query(
      `UPDATE zone_data SET version = '2027a', since = $1, done_up_to = 0, repeat_at = NULL`,
      [engine.clock.now()],
    );
    const first = await dead.realignments.alignNext('2027a', engine.clock.now(), 4);
    expect(first).toMatchObject({ isMore: true, moved: 4 });
    expect(await nextRuns()).toEqual({ '24T16:00': 6, '24T17:00': 4 });
    await database.query(`UPDATE jobs SET next_run = '2026-11-30T00:00Z' WHERE id = 4`);

    await begin(LATER);

    expect(await nextRuns()).toEqual({ '24T17:00': 9, '30T00:00': 1 });
    expect(await state()).toMatchObject({ version: '2027a', done_up_to: null });
  });

  it('stops where newer data have come into force meanwhile', async () => {
    await manyJobs(10);
    useZoneData(LATER);
    const { realignments } = openKeeper(database, engine);
    await database.query(`UPDATE zone_data SET version = '2027b', done_up_to = 4`);

    const next = await realignments.alignNext('2027a', engine.clock.now(), 4);
    const due = await realignments.alignThese('2027a', engine.clock.now(), [1, 2]);

    expect([next, due]).toEqual([
      { isMore: false, moved: 0, withdrawn: 0 },
      expect.objectContaining({ moved: 0, withdrawn: 0 }),
    ]);
    expect(await nextRuns()).toEqual({ '24T16:00': 10 });
  });

  it('is done by one at a time, who locks no job before it is his turn', async () => {
    await aJob();
    useZoneData(LATER);
    await database.query(`UPDATE zone_data SET version = '2027a', done_up_to = 0`);
    const other = new pg.Client(database.url);
    await other.connect();
    await other.query('BEGIN');
    await other.query('SELECT FROM zone_data FOR UPDATE');

    const settled = openKeeper(database, engine).settle();
    await somebodyWaits();
    const free = await database.query('SELECT id FROM jobs FOR NO KEY UPDATE SKIP LOCKED');
    await other.query('COMMIT');
    await settled;

    expect(free).toHaveLength(1);
    expect(await nextRuns()).toEqual({ '24T17:00': 1 });
    await other.end();
  });

  it('leaves a batch that did not come to its end as it was', async () => {
    await manyJobs(10);
    useZoneData(LATER);
    await database.query(
      `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF NEW.id = 7 THEN RAISE 'out of order'; END IF; RETURN NEW; END $$`,
    );
    await database.query(
      'CREATE TRIGGER fail BEFORE UPDATE ON jobs FOR EACH ROW EXECUTE FUNCTION fail()',
    );
    const { keeper, settle } = openKeeper(database, engine);

    await expect(keeper.tick()).rejects.toThrow('out of order');
    expect(await nextRuns()).toEqual({ '24T16:00': 10 });

    await database.query('DROP TRIGGER fail ON jobs');
    await settle();
    expect(await nextRuns()).toEqual({ '24T17:00': 10 });
  });

  it('is shared by instances that come at the same time, each job moved once', async () => {
    await manyJobs(2_000);
    await database.query(
      `CREATE TABLE moves AS SELECT 0 AS id WHERE false;
       CREATE FUNCTION count_move() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO moves VALUES (NEW.id); RETURN NEW; END $$;
       CREATE TRIGGER count_move BEFORE UPDATE OF next_run ON jobs
          FOR EACH ROW EXECUTE FUNCTION count_move()`,
    );
    useZoneData(LATER);
    const { url } = database;
    const pools = Array.from({ length: 3 }, () =>
      createPool({ url, size: 2, use: 'engine', onError: () => undefined }),
    );
    const keepers = pools.map((pool) => openKeeper({ pool }, engine));

    await Promise.all(keepers.map(({ keeper }) => keeper.onModuleInit()));

    expect(await nextRuns()).toEqual({ '24T17:00': 2_000 });
    expect(
      await database.query(
        'SELECT count(*)::integer, count(DISTINCT id)::integer AS jobs FROM moves',
      ),
    ).toEqual([{ count: 2_000, jobs: 2_000 }]);
    await Promise.all(pools.map((pool) => pool.end()));
  });

  it('waits for whoever edits a job, and goes by what he has left', async () => {
    const id = await aJob();
    const editor = new pg.Client(database.url);
    await editor.connect();
    await editor.query('BEGIN');
    await editor.query(`UPDATE jobs SET schedule = '0 8 * * *' WHERE id = $1`, [id]);
    useZoneData(LATER);

    const settled = openKeeper(database, engine).settle();
    await somebodyWaits();
    await editor.query('COMMIT');
    await settled;

    expect(await nextRuns()).toEqual({ '24T16:00': 1 });
    await editor.end();
  });
});

describe('an instance with older zone data', () => {
  it('takes nothing back, and can be told by its status', async () => {
    await aJob();
    await begin(LATER);
    expect(await nextRuns()).toEqual({ '24T17:00': 1 });

    const { status } = await begin(packagedZones);

    expect(await nextRuns()).toEqual({ '24T17:00': 1 });
    expect(await state()).toMatchObject({ version: '2027a' });
    expect([status.stored, status.isBehind]).toEqual(['2027a', true]);
  });

  it('plans all the same, when it is the only one', async () => {
    await aJob();
    await aJob({ schedule: '0 * * * *' });
    await begin(LATER);
    await begin(packagedZones);

    at('13:00:00');
    await engine.runDue();

    expect(await verdicts(database)).toEqual(['13:00:00 succeeded']);
  });

  it('has what it stores put right by those that know better', async () => {
    const newer = await begin(LATER);
    const older = await begin(packagedZones);
    const id = await aJob();
    expect(await nextRuns()).toEqual({ '24T16:00': 1 });

    useZoneData(LATER);
    at('12:02:59');
    await newer.settle();
    expect(await nextRuns()).toEqual({ '24T16:00': 1 });
    at('12:03:00');
    await newer.settle();

    expect(await nextRuns()).toEqual({ '24T17:00': 1 });
    expect(await engine.jobs.get(id)).toMatchObject({ revision: 1 });
    expect(await state()).toMatchObject({ repeat_at: null });
    useZoneData(packagedZones);
    await older.settle();
    expect((await state()).repeat_at).toEqual(new Date(`${TODAY}12:06:00Z`));
  });

  it('may pass over an instant that the newer data have: it is run when that is found', async () => {
    at('16:59:00');
    await aJob();
    const newer = await begin(LATER);
    const [{ id } = { id: 0 }] = await database.query<{ id: number }>('SELECT id FROM jobs');
    at('17:00:00');
    await database.query(`UPDATE jobs SET next_run = '2026-11-25T16:00Z' WHERE id = $1`, [id]);

    at('17:02:00');
    await newer.settle();

    at('17:02:00');
    await engine.runDue();
    expect(await verdicts(database)).toEqual(['17:00:00 succeeded']);
    expect(await nextRuns()).toEqual({ '25T17:00': 1 });
  });

  it('lets newer data come into force anew when it was alone for long', async () => {
    await begin(LATER);
    await begin(packagedZones);
    await aJob();
    at('16:00:00');
    await engine.runDue();
    at('17:30:00');

    await begin(LATER);

    await engine.runDue();
    expect(await verdicts(database)).toEqual(['16:00:00 succeeded']);
    expect(await nextRuns()).toEqual({ '25T17:00': 1 });
  });

  it('asks to be put right in every role, and with newer data in none but the scheduler', async () => {
    await begin(LATER, ['api']);
    expect(await state()).toMatchObject({ version: packagedZones.version });

    await begin(LATER, ['scheduler']);
    await database.query('UPDATE zone_data SET repeat_at = NULL');
    await begin(packagedZones, ['api']);

    expect((await state()).repeat_at).toEqual(new Date(`${TODAY}12:03:00Z`));
  });
});

describe('a directory of zone data', () => {
  let directory: ZoneinfoDirectory;

  beforeEach(async () => {
    directory = await ZoneinfoDirectory.create('2026a', AN_HOUR_LATER);
  });
  afterEach(() => directory.remove());

  function open(): TestKeeper {
    return openKeeper(database, engine, { ZONEINFO_DIRECTORY: directory.path });
  }

  it('is not gone by while the data of the service are newer', async () => {
    await aJob();

    await open().keeper.onModuleInit();

    expect(zoneDataVersion()).toBe(packagedZones.version);
    expect(await nextRuns()).toEqual({ '24T16:00': 1 });
  });

  it('is gone by from the start when it is newer', async () => {
    await aJob();
    await directory.update('2027a', {});

    await open().keeper.onModuleInit();

    expect(zoneDataVersion()).toBe('2027a');
    expect(await nextRuns()).toEqual({ '24T17:00': 1 });
  });

  it('is gone by when it becomes newer, once it has been so for two looks', async () => {
    await aJob();
    const { keeper, settle, status } = open();
    await keeper.onModuleInit();
    at('15:59:59');
    while ((await engine.planner.tick()) > 0);

    await directory.update('2027a', {});
    await settle();
    expect([zoneDataVersion(), await verdicts(database)]).toEqual([
      packagedZones.version,
      ['16:00:00 planned'],
    ]);
    await settle();

    expect([zoneDataVersion(), status.stored]).toEqual(['2027a', '2027a']);
    for (const time of ['16:00:00', '17:00:00', '23:00:00']) {
      at(time);
      await engine.runDue();
    }
    expect(await verdicts(database)).toEqual([
      '16:00:00 cancelled (zone-data)',
      '17:00:00 succeeded',
    ]);
  });

  it('lets nobody plan by it before all that is due is in line', async () => {
    await manyJobs(501);
    await manyJobs(501, { schedule: '0 10 * * *' });
    const { keeper, settle } = open();
    await keeper.onModuleInit();
    await directory.update('2027a', {});
    await settle();
    at('16:00:00');

    expect(await keeper.tick()).toBe(true);
    expect(await engine.planner.tick()).toBe(0);
    expect(await verdicts(database)).toEqual([]);
    expect(engine.gate.isClosed).toBe(true);

    expect(await keeper.tick()).toBe(true);
    expect(engine.gate.isClosed).toBe(false);
    expect(await nextRuns()).toEqual({ '24T17:00': 1_002 });

    await settle();
    expect(await nextRuns()).toEqual({ '24T17:00': 501, '24T18:00': 501 });
  });

  it('keeps the gate shut while the database fails', async () => {
    await aJob({ schedule: '0 * * * *' });
    const { keeper, settle } = open();
    await keeper.onModuleInit();
    await directory.update('2027a', {});
    await settle();
    at('13:00:00');

    await database.query('ALTER TABLE zone_data RENAME TO gone');
    await expect(keeper.tick()).rejects.toThrow('zone_data');
    expect(zoneDataVersion()).toBe('2027a');
    expect(await engine.planner.tick()).toBe(0);

    await database.query('ALTER TABLE gone RENAME TO zone_data');
    await settle();
    expect(await engine.planner.tick()).toBe(1);
  });

  it('is not gone back to when it becomes older', async () => {
    await directory.update('2027a', {});
    const { keeper, settle } = open();
    await keeper.onModuleInit();

    await directory.update('2026z', {});
    await settle();
    await settle();

    expect(zoneDataVersion()).toBe('2027a');
  });

  it('may be gone for a while', async () => {
    await directory.update('2027a', {});
    const { keeper, settle } = open();
    await keeper.onModuleInit();

    await directory.remove('tzdata.zi');
    await settle();
    expect(zoneDataVersion()).toBe('2027a');

    await directory.update('2027b', {});
    await settle();
    await settle();
    expect(zoneDataVersion()).toBe('2027b');
  });

  it('keeps an instance from starting when there is nothing to go by in it', async () => {
    await directory.remove('tzdata.zi');

    await expect(open().keeper.onModuleInit()).rejects.toThrow(ZoneinfoError);
  });
});
