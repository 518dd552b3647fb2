import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Lifecycle } from '../../src/common/lifecycle.ts';
import type { ReadyDto } from '../../src/health/dto/health.dto.ts';
import { Api, type JobJson, openApi, type TestApi } from '../support/api.ts';
import { Cable } from '../support/cable.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { expectProblem, stored } from '../support/problems.ts';
import { openService, type TestService } from '../support/service.ts';

describe('a service with its database', () => {
  let test: TestApi;

  beforeEach(async () => {
    test = await openApi({ ROLES: ['api', 'scheduler', 'worker'] });
  });
  afterEach(() => test.close());

  it('is alive and ready, and says who it is', async () => {
    const live = await test.api.get('/health/live');
    const ready = await test.api.get<ReadyDto>('/health/ready');

    expect([live.status, live.body]).toEqual([200, { status: 'ok' }]);
    expect([ready.status, ready.body]).toEqual([
      200,
      {
        status: 'ok',
        problems: [],
        roles: ['api', 'scheduler', 'worker'],
        instance: expect.stringMatching(/^[\w.-]+-\d+-[0-9a-f]{6}$/),
        zoneData: expect.stringMatching(/^20\d\d[a-z]$/),
        zoneDataSource: 'package',
        zoneDataStored: ready.body.zoneData,
        zoneDataBehind: false,
      },
    ]);
  });

  it('is not ready any more once it is draining, and still alive', async () => {
    test.service.app.get(Lifecycle).drain();

    const ready = await test.api.get<ReadyDto>('/health/ready');

    expect([ready.status, ready.body.status]).toEqual([503, 'unavailable']);
    expect(ready.body.problems).toEqual(['shutting down']);
    expect((await test.api.get('/health/live')).status).toBe(200);
  });
});

describe('a service whose database goes away', () => {
  let database: TestDatabase;
  let cable: Cable;
  let service: TestService;
  let api: Api;

  beforeAll(async () => {
    database = await createDatabase();
    cable = await Cable.to(database.url);
    service = await openService({ ...database, url: cable.url }, { ROLES: ['api'] });
    api = new Api(service.url);
    await api.createJob();
  });
  afterEach(() => cable.mend());
  afterAll(async () => {
    await service.close();
    await cable.close();
    await database.drop();
  });

  it('is alive and not ready, until the database is back', async () => {
    cable.cut();

    const away = await api.get<ReadyDto>('/health/ready');
    expect([away.status, away.body.problems]).toEqual([503, ['the database does not answer']]);
    expect((await api.get('/health/live')).status).toBe(200);

    cable.mend();

    const back = await eventually(async () => {
      const ready = await api.get<ReadyDto>('/health/ready');
      expect(ready.status).toBe(200);
      return ready.body;
    });
    expect(back.problems).toEqual([]);
  });

  it.each([
    ['GET', '/jobs', undefined],
    ['GET', '/jobs/1', undefined],
    ['POST', '/jobs', { name: 'a', schedule: '@daily' }],
    ['PATCH', '/jobs/1', { name: 'a' }],
    ['PUT', '/jobs/by-key/a', { name: 'a', schedule: '@daily' }],
    ['DELETE', '/jobs/1', undefined],
    ['POST', '/jobs/1/trigger', undefined],
    ['GET', '/jobs/1/runs', undefined],
    ['GET', '/jobs/1/upcoming', undefined],
    ['GET', '/runs', undefined],
    ['GET', '/runs/1-1', undefined],
  ])('asks to come back later, and changes nothing: %s %s', async (method, path, body) => {
    const before = await stored(database);
    cable.cut();

    const answer = await api.send(method, path, body);

    expectProblem(answer, 503, { code: 'DATABASE_UNAVAILABLE', message: 'The database cannot' });
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await stored(database)).toEqual(before);
  });

  it('still refuses what is wrong, and previews', async () => {
    cable.cut();

    const wrong = await api.send('POST', '/jobs', { name: '' });
    const preview = await api.send('POST', '/schedules/preview', { schedule: '@daily' });

    expectProblem(wrong, 400, { path: 'name' });
    expect(preview.status).toBe(200);
  });

  it('goes on as if nothing had been once it is back', async () => {
    cable.cut();
    await api.get('/jobs');

    cable.mend();

    const jobs = await eventually(async () => {
      const answer = await api.get<JobJson[]>('/jobs');
      expect(answer.status).toBe(200);
      return answer.body;
    });
    expect(jobs).toMatchObject([{ id: 1 }]);
  });

  it('still tells its metrics', async () => {
    cable.cut();

    const { status, text } = await api.get('/metrics');

    expect(status).toBe(200);
    expect(text).toContain('scheduler_due_runs Nan');
    expect(text).toContain('http_request_duration_seconds_count');
  });
});
