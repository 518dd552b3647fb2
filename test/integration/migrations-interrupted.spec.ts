import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isUnavailable } from '../../src/common/unavailable.ts';
import { migrate } from '../../src/database/migrations.ts';
import { DatabaseRefusedError } from '../../src/database/refusal.ts';
import { PgProxy } from '../chaos/faults/pg-proxy.ts';
import { createEmptyDatabase, type EmptyDatabase } from '../support/empty-database.ts';
import { eventually } from '../support/eventually.ts';

const MIGRATIONS = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));
const FIRST = '20261124000000_init';

describe('migrations', () => {
  let database: EmptyDatabase;
  let proxy: PgProxy;
  let directory: string;

  beforeEach(async () => {
    database = await createEmptyDatabase();
    proxy = await PgProxy.to(database.url);
    directory = await mkdtemp(join(tmpdir(), 'job-scheduler-migrations-'));
    await writeFile(join(directory, 'migration_lock.toml'), 'provider = "postgresql"\n');
  });
  afterEach(async () => {
    proxy.hangUp();
    await proxy.close();
    await database.drop();
    await rm(directory, { recursive: true });
  });

  async function write(name: string, sql: string): Promise<void> {
    await mkdir(join(directory, name), { recursive: true });
    await writeFile(join(directory, name, 'migration.sql'), sql);
  }

  it('go on from wherever an instance dies, at each message that it sends', async () => {
    await write('1_first', 'CREATE TABLE first (id integer);');
    await write('2_second', 'CREATE TABLE second (id integer)');
    let messages = 1;
    let dies = true;

    for (; dies; messages += 1) {
      await database.query('DROP TABLE IF EXISTS first, second, _prisma_migrations');
      const trap = proxy.atMessage({ nth: messages, stand: 'after' }, () => {
        proxy.hangUp();
      });
      dies = await migrate(proxy.url, directory).then(
        () => false,
        () => true,
      );
      proxy.disarm(trap);

      const left = await migrate(database.url, directory);

      expect(['1_first', '2_second'].slice(2 - left.length)).toEqual(left);
      expect(await history()).toEqual(['1_first', '2_second']);
    }

    // Two migrations, and the history around them.
    expect(messages).toBeGreaterThan(20);
  });

  it('are given up by the server when an instance dies in the middle of one', async () => {
    await write('1_slow', 'CREATE TABLE slow (id integer);\nSELECT pg_sleep(60);');
    const dying = migrate(proxy.url, directory).catch((error: unknown) => error);
    await eventually(async () => (await sleeping()) === 1);

    proxy.hangUp();
    expect(isUnavailable(await dying)).toBe(true);
    await write('1_slow', 'CREATE TABLE slow (id integer);');

    expect(await migrate(database.url, directory)).toEqual(['1_slow']);
  });

  it('bring an old schema up to date once when five instances start together', async () => {
    await cp(join(MIGRATIONS, FIRST), join(directory, FIRST), { recursive: true });
    await migrate(database.url, directory);

    const applied = await Promise.all(
      Array.from({ length: 5 }, () => migrate(database.url, MIGRATIONS)),
    );

    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
    expect(new Set(await history()).size).toBe((await history()).length);
    expect(await database.query('SELECT FROM job_revisions')).toEqual([]);
  });

  it('have all the time that they need, whatever limits the database has for others', async () => {
    await write('1_slow', 'CREATE TABLE slow (id integer);\nSELECT pg_sleep(0.5);');
    await write('2_slow', 'SELECT pg_sleep(0.5);');
    await limitSessions();

    const applied = await Promise.all(
      Array.from({ length: 3 }, () => migrate(database.url, directory)),
    );

    expect(applied.flat()).toEqual(['1_slow', '2_slow']);
  });

  it('say what to do when something is there that the history does not know of', async () => {
    await write('1_first', 'CREATE TABLE first (id integer);');
    await write('2_second', 'CREATE TABLE second (id integer);');
    await migrate(database.url, directory);
    await database.query(`DELETE FROM _prisma_migrations WHERE migration_name = '2_second'`);

    const refusal: unknown = await migrate(database.url, directory).catch(
      (error: unknown) => error,
    );

    expect(refusal).toBeInstanceOf(DatabaseRefusedError);
    const { message } = refusal as Error;
    expect(message).toMatch(
      /^The migration 2_second cannot be applied: relation "second" already exists\. /,
    );
    const [, advice = ''] = /(INSERT INTO .+?);/.exec(message) ?? [];
    await database.query(advice);
    expect(await migrate(database.url, directory)).toEqual([]);
  });

  async function history(): Promise<string[]> {
    const rows = await database.query<{ name: string }>(
      `SELECT migration_name AS name FROM _prisma_migrations
        WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL
        ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  }

  async function sleeping(): Promise<number> {
    const rows = await database.query(
      `SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event = 'PgSleep'`,
    );
    return rows.length;
  }

  async function limitSessions(): Promise<void> {
    const settings = [
      'statement_timeout',
      'lock_timeout',
      'idle_session_timeout',
      'transaction_timeout',
    ];
    for (const setting of settings) {
      // The latest is not known to every server.
      await database
        .query(`ALTER DATABASE ${nameOf(database)} SET ${setting} = '100ms'`)
        .catch(() => undefined);
    }
  }
});

function nameOf({ url }: EmptyDatabase): string {
  return new URL(url).pathname.slice(1);
}
