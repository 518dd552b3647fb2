import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Notifications } from '../../src/database/notifications.ts';
import { JobsService } from '../../src/jobs/jobs.service.ts';
import { PgProxy } from '../chaos/faults/pg-proxy.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import '../support/quiet.ts';
import { openService } from '../support/service.ts';

const POLL_MS = 1_000;
/** A cut connection is replaced at once, a silent one after a probe: both well within this. */
const LISTENING_AGAIN = { timeoutMs: 10_000 };

describe('announcements that get lost', () => {
  let database: TestDatabase;
  let proxy: PgProxy;

  beforeEach(async () => {
    database = await createDatabase();
    proxy = await PgProxy.to(database.url);
  });
  afterEach(async () => {
    proxy.hangUp();
    await proxy.close();
    await database.drop();
  });

  describe('are listened to again', () => {
    let notifications: Notifications;
    let heard: string[];

    beforeEach(async () => {
      heard = [];
      notifications = new Notifications(proxy.url);
      notifications.on('scheduler_jobs', (payload) => heard.push(payload));
      notifications.onApplicationBootstrap();
      // The first thing heard is that something may have been missed.
      await eventually(() => heard.length === 1);
    });
    afterEach(() => notifications.onApplicationShutdown());

    async function untilHeardAgain(): Promise<void> {
      await eventually(async () => {
        await database.query(`SELECT pg_notify('scheduler_jobs', 'again')`);
        return heard.includes('again');
      }, LISTENING_AGAIN);
    }

    it('when the connection was cut', async () => {
      proxy.cut();

      await untilHeardAgain();
    });

    it('when nothing passes any more, and nobody says so', async () => {
      proxy.apply({ silent: 'both' });
      // A probe, and the attempt to connect anew.
      await eventually(() => proxy.attempts.length >= 2, LISTENING_AGAIN);
      proxy.heal();

      await untilHeardAgain();
    });

    it('when everything but they themselves passes', async () => {
      proxy.loseNotifications();
      await eventually(() => proxy.attempts.length >= 2, LISTENING_AGAIN);
      expect(heard.filter((payload) => payload !== '')).toEqual([]);
      proxy.keepNotifications();

      await untilHeardAgain();
    });

    it('and those that arrive disturb nobody', async () => {
      await eventually(async () => (await probes()) > 0);

      expect(proxy.attempts).toHaveLength(1);
      expect(heard).toEqual(['']);
    });

    async function probes(): Promise<number> {
      const rows = await database.query(
        `SELECT FROM pg_stat_activity
          WHERE datname = current_database() AND query LIKE 'SELECT pg_notify($1%'`,
      );
      return rows.length;
    }
  });

  it('are made up for by looking now and then', async () => {
    const service = await openService({ ...database, url: proxy.url }, { POLL_MS });
    const jobs = service.app.get(JobsService);
    await eventually(() => proxy.attempts.length >= 3);
    proxy.loseNotifications();

    for (let round = 1; round <= 5; round += 1) {
      const { id } = await jobs.create({ name: 'yearly', schedule: '0 0 1 1 *' });
      await jobs.trigger(id, undefined);
      await eventually(async () => (await lateness()).length === round);
    }

    expect(Math.max(...(await lateness()))).toBeLessThan(POLL_MS + 1_000);
    await service.close();
  });

  /** Of each run that has succeeded: from its being due to its start, in milliseconds. */
  async function lateness(): Promise<number[]> {
    const rows = await database.query<{ ms: number }>(
      `SELECT extract(epoch FROM started_at - scheduled_for)::float8 * 1000 AS ms
         FROM runs WHERE status = 'succeeded'`,
    );
    return rows.map(({ ms }) => ms);
  }
});
