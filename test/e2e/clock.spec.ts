import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { type JobJson, openApi, type TestApi } from '../support/api.ts';

describe('a process whose host has a wrong clock', () => {
  let test: TestApi;

  afterEach(async () => {
    jest.restoreAllMocks();
    await test.close();
  });

  it('goes by the time of the database, also when it does nothing but answer', async () => {
    const trueTime = Date.now;
    jest.spyOn(Date, 'now').mockImplementation(() => trueTime() + 2 * 3_600_000);
    test = await openApi({ ROLES: ['api'] });

    const { body } = await test.api.send<JobJson>('POST', '/jobs', {
      name: 'minutely',
      schedule: '* * * * *',
    });

    expect(Math.abs(new Date(body.createdAt).getTime() - trueTime())).toBeLessThan(10_000);
    expect(new Date(body.nextRun ?? 0).getTime()).toBeLessThan(trueTime() + 70_000);
  });
});
