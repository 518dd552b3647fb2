import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { TestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { PrivatePostgres } from './private-postgres.ts';

describe('a private PostgreSQL', () => {
  let server: PrivatePostgres;
  let database: TestDatabase;

  beforeAll(async () => {
    server = await PrivatePostgres.start({ settings: { application_name: 'its own' } });
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    database = await server.createDatabase();
    await database.query('CREATE TABLE marks (mark text)');
    await database.query(`INSERT INTO marks VALUES ('committed')`);
  });
  afterEach(() => database.drop());

  async function marks(url = database.url): Promise<string[]> {
    const client = new pg.Client(url);
    await client.connect();
    const { rows } = await client.query<{ mark: string }>('SELECT mark FROM marks ORDER BY mark');
    await client.end();
    return rows.map(({ mark }) => mark);
  }

  it('has the schema, and settings of its own', async () => {
    expect(await database.query('SELECT name FROM namespaces')).toEqual([{ name: 'default' }]);
    expect(await server.query('SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
    expect(await server.log()).toContain('ready to accept connections');
  });

  it.each(['fast', 'immediate'] as const)('stops (%s) and starts again', async (mode) => {
    await server.stop(mode);
    await expect(marks()).rejects.toThrow('ECONNREFUSED');

    await server.start();

    expect(await marks()).toEqual(['committed']);
  });

  it('recovers when all its processes are killed', async () => {
    const workers = await server.workers();

    await server.kill();
    await server.start();

    expect(workers.length).toBeGreaterThan(3);
    expect(await marks()).toEqual(['committed']);
    expect(await server.log()).toContain('automatic recovery in progress');
  });

  it('recovers by itself when one of its sessions is killed', async () => {
    const session = new pg.Client(database.url);
    const broken = new Promise((resolve) => session.on('error', resolve));
    await session.connect();
    const { rows } = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');

    server.killBackend(rows[0]?.pid ?? 0);

    await broken;
    await eventually(async () => (await marks()).length === 1);
  });

  it('is followed by a standby that can take over', async () => {
    const standby = await server.openStandby();
    const there = standby.urlOf(new URL(database.url).pathname.slice(1));
    await database.query(`INSERT INTO marks VALUES ('followed')`);

    await standby.catchUp(server);
    expect(await marks(there)).toEqual(['committed', 'followed']);
    await standby.promote();

    const promoted = new pg.Client(there);
    await promoted.connect();
    await promoted.query(`INSERT INTO marks VALUES ('promoted')`);
    await promoted.end();
    expect(await marks(there)).toEqual(['committed', 'followed', 'promoted']);
    await standby.close();
  });
});

it('leaves nothing behind', async () => {
  const server = await PrivatePostgres.start();
  const { pid } = server;
  const [directory] = await server.query<{ path: string }>(
    `SELECT current_setting('data_directory') AS path`,
  );

  await server.close();

  await expect(access(dirname(directory?.path ?? ''))).rejects.toThrow('ENOENT');
  await expect(access(`/proc/${pid}`)).rejects.toThrow('ENOENT');
});
