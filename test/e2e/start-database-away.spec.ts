import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '../../src/database/embedded/launch.ts';
import type { ReadyDto } from '../../src/health/dto/health.dto.ts';
import { PgProxy } from '../chaos/faults/pg-proxy.ts';
import { Api } from '../support/api.ts';
import { createEmptyDatabase, type EmptyDatabase } from '../support/empty-database.ts';
import { eventually } from '../support/eventually.ts';
import { Instance } from '../support/instance.ts';
import { expectProblem } from '../support/problems.ts';

/** Below those that the system gives to clients, so that nobody else takes it in between. */
const FIRST_PORT = 10_000;
const PORTS = 8_000;

describe('a service that is started', () => {
  let database: EmptyDatabase;
  let proxy: PgProxy;
  let instance: Instance | undefined;
  let api: Api;

  async function open(): Promise<void> {
    database = await createEmptyDatabase();
    proxy = await PgProxy.to(database.url);
  }

  async function close(): Promise<void> {
    await instance?.end('SIGKILL');
    proxy.hangUp();
    await proxy.close();
    await database.drop();
  }

  async function launch(url = proxy.url): Promise<Instance> {
    const port = await freePort(FIRST_PORT + Math.floor(Math.random() * PORTS));
    api = new Api(`http://127.0.0.1:${port}`);
    instance = await Instance.launch(url, { PORT: String(port), LOG_LEVEL: 'info' });
    return instance;
  }

  async function untilItAnswers(): Promise<void> {
    await eventually(async () => (await api.get('/health/live')).status === 200);
  }

  /** What it has logged about its database, one text a line. */
  function said(): string[] {
    const lines = (instance?.lines ?? []).filter((line) => line.startsWith('{'));
    return lines
      .map((line) => JSON.parse(line) as { message: string; logger: string })
      .filter(({ logger }) => logger === 'Database')
      .map(({ message }) => message);
  }

  async function launchWithoutDatabase(): Promise<void> {
    await open();
    proxy.apply({ refusing: true });
    await launch();
    await untilItAnswers();
    await eventually(() => proxy.attempts.length >= 2);
  }

  describe('before its database is there', () => {
    beforeAll(launchWithoutDatabase);
    afterAll(close);

    it('is alive and not ready, and says why', async () => {
      const live = await api.get('/health/live');
      const ready = await api.get<ReadyDto>('/health/ready?verbose');

      expect([live.status, live.body]).toEqual([200, { status: 'ok' }]);
      expect(ready.status).toBe(503);
      expect(ready.body).toMatchObject({
        status: 'unavailable',
        problems: ['waiting for the database (ECONNRESET)'],
        roles: ['api', 'scheduler', 'worker'],
        instance: expect.stringMatching(/^[\w.-]+-\d+-[0-9a-f]{6}$/),
        zoneData: expect.any(String),
      });
    });

    it.each([
      ['GET', '/jobs', undefined],
      ['POST', '/jobs', { name: 'a'.repeat(200_000), schedule: '@daily' }],
      ['GET', '//', undefined],
      ['GET', '/metrics', undefined],
    ])('asks to come back later: %s %s', async (method, path, body) => {
      const answer = await api.send(method, path, body);

      expectProblem(answer, 503, { code: 'SERVICE_STARTING' });
      expect(answer.headers.get('retry-after')).toBe('1');
    });

    it('tries again once a second', () => {
      expect(proxy.busiestSecond()).toBeLessThanOrEqual(2);
    });
  });

  describe('before its database, in the end', () => {
    beforeEach(launchWithoutDatabase);
    afterEach(close);

    it('goes on by itself when the database comes, and its port is never left alone', async () => {
      proxy.heal();
      // A connection that is refused would throw.
      while ((await api.get('/health/ready')).status !== 200) continue;

      expect((await api.createJob()).id).toBe(1);
      expect(said()).toEqual([
        'Waiting for the database',
        'Migrated',
        'The database is there; going on',
      ]);
    });

    it('may be told to stop, and has nothing against it', async () => {
      const { code, ms } = (await instance?.end('SIGTERM', 'SIGTERM')) ?? {};

      expect(code).toBe(0);
      expect(ms).toBeLessThan(5_000);
    });
  });

  describe('with a database that is there', () => {
    beforeEach(open);
    afterEach(close);

    it('may be told to stop while its database says nothing', async () => {
      proxy.apply({ silent: 'both' });
      await launch();
      await untilItAnswers();

      const { code, ms } = (await instance?.end('SIGTERM')) ?? {};

      expect(code).toBe(0);
      expect(ms).toBeLessThan(5_000);
    });

    it('waits for its turn while others migrate, and answers meanwhile', async () => {
      await database.query('SELECT pg_advisory_lock(7205759403)');
      await launch(database.url);
      await untilItAnswers();
      await eventually(async () => {
        const waiting = await database.query(
          `SELECT FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return waiting.length === 1;
      });

      expect((await api.get<ReadyDto>('/health/ready')).body.problems).toEqual(['starting']);

      await database.query('SELECT pg_advisory_unlock(7205759403)');
      await eventually(async () => (await api.get('/health/ready')).status === 200);
    });

    it.each([
      ['a database that there is not', { pathname: '/nowhere' }, 'There is no database nowhere'],
      ['a user that there is not', { username: 'nobody' }, 'does not let the user nobody in'],
    ])('refuses %s at once, and says what to do', async (_what, parts, sentence) => {
      const url = Object.assign(new URL(database.url), parts);
      const { exited, lines } = await launch(url.href);

      expect((await exited).code).toBe(1);
      expect(lines.join('\n')).toContain(sentence);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain('DATABASE_URL');
    });

    it('says which permission it lacks', async () => {
      const user = new URL(database.url).pathname.slice(1);
      await database.query(`CREATE ROLE ${user} LOGIN PASSWORD 'secret'`);
      const url = Object.assign(new URL(database.url), { username: user, password: 'secret' });
      const { exited, lines } = await launch(url.href);

      expect((await exited).code).toBe(1);
      expect(lines).toEqual([
        expect.stringMatching(
          `^The user ${user} lacks a permission in the database ${user}: permission denied for schema public`,
        ),
      ]);
      await database.query(`DROP ROLE ${user}`);
    });
  });
});
