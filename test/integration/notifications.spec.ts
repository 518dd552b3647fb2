import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Notifications } from '../../src/database/notifications.ts';
import { JobsService } from '../../src/jobs/jobs.service.ts';
import { Cable } from '../support/cable.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import '../support/quiet.ts';
import { openService } from '../support/service.ts';

describe('announcements of the database', () => {
  let database: TestDatabase;
  let notifications: Notifications;
  let heard: string[];

  beforeEach(async () => {
    database = await createDatabase();
    heard = [];
    notifications = new Notifications(database.url);
    notifications.on('scheduler_runs', (payload) => heard.push(`runs ${payload}`));
    notifications.on('scheduler_cancelled', (payload) => heard.push(`cancelled ${payload}`));
  });
  afterEach(async () => {
    await notifications.onApplicationShutdown();
    await database.drop();
  });

  it('reach those who listen, with what they say', async () => {
    await listen();

    await database.query(`SELECT pg_notify('scheduler_cancelled', '42')`);
    await database.query(`SELECT pg_notify('scheduler_jobs', 'to nobody')`);
    await database.query(`SELECT pg_notify('scheduler_runs', '')`);

    await eventually(() => heard.length === 2);
    expect(heard).toEqual(['cancelled 42', 'runs ']);
  });

  it('reach all listeners of a channel', async () => {
    notifications.on('scheduler_jobs', () => heard.push('one'));
    notifications.on('scheduler_jobs', () => heard.push('other'));
    notifications.onApplicationBootstrap();
    await eventually(() => heard.length === 4);
    heard.length = 0;

    await database.query(`SELECT pg_notify('scheduler_jobs', '')`);

    await eventually(() => heard.length === 2);
    expect(heard).toEqual(['one', 'other']);
  });

  it('are listened to again after the connection was cut, and listeners told to look', async () => {
    await listen();

    await cutListener();
    await eventually(() => heard.length === 2);
    expect(heard).toEqual(['runs ', 'cancelled ']);

    heard.length = 0;
    await database.query(`SELECT pg_notify('scheduler_cancelled', '7')`);
    await eventually(() => heard.includes('cancelled 7'));
  });

  it('are listened to again after a connection was cut twice in a row', async () => {
    await listen();

    await cutListener();
    await eventually(() => heard.length === 2);
    await cutListener();
    await eventually(() => heard.length === 4);

    expect(await listeners()).toHaveLength(1);
  });

  it('are waited for while the database cannot be reached', async () => {
    const cable = await Cable.to(database.url);
    cable.cut();
    const distant = new Notifications(cable.url);
    distant.on('scheduler_jobs', () => heard.push('jobs'));
    distant.onApplicationBootstrap();
    await database.query('SELECT 1');
    expect(heard).toEqual([]);

    cable.mend();
    await eventually(() => heard.length === 1);

    cable.cut();
    cable.mend();
    await eventually(() => heard.length === 2);
    await distant.onApplicationShutdown();
    await cable.close();
  });

  it('leave no connection behind, and may be stopped twice', async () => {
    await listen();

    await notifications.onApplicationShutdown();
    await notifications.onApplicationShutdown();

    await eventually(async () => (await listeners()).length === 0);
  });

  it('need no connection when nobody listens', async () => {
    const silent = new Notifications(database.url);

    silent.onApplicationBootstrap();
    await silent.onApplicationShutdown();

    expect(await listeners()).toEqual([]);
  });

  it('start a run at once, long before anybody would look again', async () => {
    const service = await openService(database, { POLL_MS: 60_000 });
    const jobs = service.app.get(JobsService);
    const { id } = await jobs.create({ name: 'yearly', schedule: '0 0 1 1 *' });

    await jobs.trigger(id, undefined);

    await eventually(
      async () => {
        const rows = await database.query(`SELECT FROM runs WHERE status = 'succeeded'`);
        return rows.length === 1;
      },
      { timeoutMs: 5_000 },
    );
    await service.close();
  });

  /** Resolves when the first connection stands, and forgets what it has brought about. */
  async function listen(): Promise<void> {
    notifications.onApplicationBootstrap();
    await eventually(() => heard.length === 2);
    heard.length = 0;
  }

  async function listeners(): Promise<{ pid: number }[]> {
    return database.query(
      `SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
          AND (query LIKE 'LISTEN%' OR query LIKE 'SELECT pg_notify($1%')`,
    );
  }

  async function cutListener(): Promise<void> {
    const cut = await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE 'LISTEN%'`,
    );
    expect(cut).toHaveLength(1);
  }
});
