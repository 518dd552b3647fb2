import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { ReadyDto } from '../../src/health/dto/health.dto.ts';
import { PgProxy } from '../chaos/faults/pg-proxy.ts';
import { Api, type Answer } from '../support/api.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { insertJobs } from '../support/jobs.ts';
import { expectProblem } from '../support/problems.ts';
import { openService, type TestService } from '../support/service.ts';

const EACH_SECOND = { schedule: '* * * * * *', nextRun: '2026-01-01T00:00:00Z' };

describe('a service whose database', () => {
  let database: TestDatabase;
  let proxy: PgProxy;
  let service: TestService;
  let api: Api;

  beforeEach(async () => {
    database = await createDatabase();
    proxy = await PgProxy.to(database.url);
    service = await openService({ ...database, url: proxy.url });
    api = new Api(service.url);
    await eventually(isReady);
  });
  afterEach(async () => {
    proxy.heal();
    await service.close();
    proxy.hangUp();
    await proxy.close();
    await database.drop();
  });

  async function isReady(): Promise<boolean> {
    return (await api.get('/health/ready')).status === 200;
  }

  async function succeeded(): Promise<number> {
    return (await database.query(`SELECT FROM runs WHERE status = 'succeeded'`)).length;
  }

  interface Timed {
    answer: Answer<unknown>;
    ms: number;
  }

  async function timed(asked: Promise<Answer<unknown>>): Promise<Timed> {
    const from = performance.now();
    return { answer: await asked, ms: performance.now() - from };
  }

  describe('is away', () => {
    function goAway(): void {
      proxy.apply({ refusing: true });
      proxy.cut();
    }

    it('has everybody come back later, at once and whatever number they are', async () => {
      goAway();

      const reads = Array.from({ length: 200 }, () => timed(api.get('/jobs')));
      const writes = Array.from({ length: 200 }, () =>
        timed(api.send('POST', '/jobs', { name: 'a', schedule: '@daily' })),
      );
      const answers = await Promise.all([...reads, ...writes]);

      for (const { answer } of answers) {
        expectProblem(answer, 503, { code: 'DATABASE_UNAVAILABLE' });
        expect(answer.headers.get('retry-after')).toBe('1');
      }
      expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(2_000);
    });

    it('tries to connect at most twice a second, and goes on by itself', async () => {
      await insertJobs(database, 20, EACH_SECOND);
      await eventually(async () => (await succeeded()) >= 20);
      goAway();
      const since = performance.now();

      await eventually(async () => {
        await Promise.all(Array.from({ length: 20 }, () => api.get('/jobs')));
        return proxy.attempts.filter((at) => at > since).length >= 4;
      });
      expect(proxy.busiestSecond(since)).toBeLessThanOrEqual(2);
      expect((await api.get<ReadyDto>('/health/ready')).body.problems).toEqual(
        expect.arrayContaining(['the planner loop stalls', 'the database does not answer']),
      );

      proxy.heal();
      await eventually(isReady, { timeoutMs: 5_000 });
      const before = await succeeded();
      await eventually(async () => (await succeeded()) >= before + 40);
    });

    it('says so in a few lines, however long that lasts', async () => {
      const said: unknown[] = [];
      const say = (message: unknown) => said.push(message);
      Logger.overrideLogger({ log: say, warn: say, error: say });
      await insertJobs(database, 20, EACH_SECOND);
      await eventually(async () => (await succeeded()) >= 20);
      said.length = 0;
      goAway();
      const since = performance.now();

      await eventually(async () => {
        await Promise.all(Array.from({ length: 20 }, () => api.get('/jobs')));
        return proxy.attempts.filter((at) => at > since).length >= 4;
      });
      Logger.overrideLogger(false);

      // One each for the pools, the gate, the listener, the API, and every loop.
      expect(said.length).toBeLessThan(25);
    });
  });

  it.each([
    ['jobs', '/jobs/1'],
    ['runs', '/runs'],
  ])('has a table locked (%s) has those come back later who need it', async (table, path) => {
    await api.createJob();
    const holder = await database.pool.connect();
    await holder.query('BEGIN');
    await holder.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);

    const answers = await Promise.all(Array.from({ length: 30 }, () => timed(api.get(path))));

    for (const { answer } of answers) {
      expectProblem(answer, 503, { code: 'DATABASE_UNAVAILABLE' });
    }
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(5_000);

    await holder.query('ROLLBACK');
    holder.release();
    expect((await api.get(path)).status).toBe(200);
  });
});
