import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { TestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { DatabaseFaults } from './database-faults.ts';
import { PrivatePostgres } from './private-postgres.ts';

const CONNECTIONS = 30;

describe('faults of a database', () => {
  let server: PrivatePostgres;
  let database: TestDatabase;
  let faults: DatabaseFaults;

  beforeAll(async () => {
    server = await PrivatePostgres.start({ settings: { max_connections: String(CONNECTIONS) } });
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    database = await server.createDatabase();
    faults = new DatabaseFaults(database.url);
  });
  afterEach(async () => {
    await faults.close();
    await database.drop();
  });

  it('end one session of the service, and say which', async () => {
    const other = new pg.Client({ connectionString: database.url, application_name: 'other' });
    await other.connect();
    await database.query('SELECT 4711');
    expect(await faults.sessions()).toEqual({ 'job-scheduler': 1, other: 1 });

    const ended = await faults.endSession();

    expect(ended).toEqual({ pid: expect.any(Number), state: 'idle', query: 'SELECT 4711' });
    await eventually(async () => (await faults.sessions())['job-scheduler'] === undefined);
    expect(await faults.endSession()).toBeUndefined();
    await other.end();
  });

  it('lock a table until they are released', async () => {
    const hold = await faults.lock('jobs');

    const read = database.query('SELECT count(*)::integer AS count FROM jobs');
    const edit = database.query('DELETE FROM jobs');
    await eventually(async () => (await hold.blocked()) === 2);
    await hold.release();

    expect(await read).toEqual([{ count: 0 }]);
    await edit;
    expect(await hold.blocked()).toBe(0);
  });

  it('find the partition that runs of today go to', async () => {
    expect(await faults.currentPartition()).toBe('runs_default');
    const [week] = await database.query<{ name: string; from: string; to: string }>(
      `SELECT to_char(monday, '"runs_"YYYYMMDD') AS name, monday::text AS from,
              (monday + interval '7 days')::text AS to
         FROM date_trunc('week', now() AT TIME ZONE 'UTC') AS monday`,
    );
    await database.query(
      `CREATE TABLE ${week?.name} PARTITION OF runs
          FOR VALUES FROM ('${week?.from}Z') TO ('${week?.to}Z')`,
    );

    expect(await faults.currentPartition()).toBe(week?.name);
  });

  it('hold a snapshot that gets old', async () => {
    const hold = await faults.holdSnapshot();
    await database.query('CREATE TABLE marks (mark text)');
    for (let index = 0; index < 10; index += 1) {
      await database.query('INSERT INTO marks VALUES ($1)', ['mark']);
    }

    expect(await hold.snapshotAge()).toBeGreaterThanOrEqual(10);
    await hold.release();
    expect(await hold.snapshotAge()).toBe(0);
  });

  it('take all connections but some', async () => {
    await faults.timeMs();
    await database.query('SELECT 1');
    const hold = await faults.occupyConnections(3);
    const three = Array.from({ length: 3 }, () => new pg.Client(database.url));
    for (const client of three) await client.connect();

    await expect(new pg.Client(database.url).connect()).rejects.toThrow('too many clients');
    expect(hold.size).toBe(CONNECTIONS - 2 - 3);
    await hold.release();
    await eventually(() => server.query('SELECT 1'));
    for (const client of three) await client.end();
  });

  it('go on after a restart of the server', async () => {
    await faults.lock('jobs');

    await server.stop('immediate');
    await server.start();

    expect(await eventually(() => faults.timeMs())).toBeGreaterThan(1.7e12);
    expect(await database.query('SELECT FROM jobs')).toEqual([]);
  });
});
