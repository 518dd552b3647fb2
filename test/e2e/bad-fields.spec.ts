import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openApi, type TestApi } from '../support/api.ts';
import { expectProblem, stored } from '../support/problems.ts';

type Refusal = [field: Record<string, unknown>, path: string, message: string];

const LONG = 'x'.repeat(201);
const UNSTORABLE = 'must not contain NUL or half of a surrogate pair';
const IS_TEXT = 'must be text';
const IS_OBJECT = 'must be an object';
const INSTANT = 'from 1970 to 9999';
const NO_KEY = 'must be 1 to 200 letters, digits, dots, colons, dashes or underscores';

const NAMES: Refusal[] = [
  [{ name: undefined }, 'name', 'is required'],
  [{ name: '' }, 'name', 'must not be empty'],
  [{ name: ' \t\n' }, 'name', 'must not be empty'],
  [{ name: LONG }, 'name', 'must not be longer than 200 characters'],
  [{ name: '😀'.repeat(201) }, 'name', 'must not be longer than 200 characters'],
  [{ name: null }, 'name', '1 to 200 characters'],
  [{ name: 7 }, 'name', '1 to 200 characters'],
  [{ name: true }, 'name', '1 to 200 characters'],
  [{ name: ['a'] }, 'name', '1 to 200 characters'],
  [{ name: { a: 1 } }, 'name', '1 to 200 characters'],
  [{ name: 'a\0b' }, 'name', UNSTORABLE],
  [{ name: '\ud800' }, 'name', UNSTORABLE],
  [{ name: 'b\udc00' }, 'name', UNSTORABLE],
  [{ description: 'x'.repeat(2_001) }, 'description', 'must not be longer than 2000 characters'],
  [{ description: 7 }, 'description', '0 to 2000 characters'],
  [{ description: 'a\0' }, 'description', UNSTORABLE],
  [{ key: '' }, 'key', NO_KEY],
  [{ key: LONG }, 'key', NO_KEY],
  [{ key: 'a b' }, 'key', NO_KEY],
  [{ key: 'a/b' }, 'key', NO_KEY],
  [{ key: 'ä' }, 'key', NO_KEY],
  [{ key: 7 }, 'key', NO_KEY],
  [{ key: ['a'] }, 'key', NO_KEY],
];

const SCHEDULES: Refusal[] = [
  [{ schedule: undefined }, 'schedule', 'is required'],
  [{ schedule: null }, 'schedule', IS_TEXT],
  [{ schedule: 5 }, 'schedule', IS_TEXT],
  [{ schedule: ['* * * * *'] }, 'schedule', IS_TEXT],
  [{ schedule: { cron: '* * * * *' } }, 'schedule', IS_TEXT],
  [{ schedule: '' }, 'schedule', 'must not be empty'],
  [{ schedule: 'tomorrow' }, 'schedule', '(at character'],
  [{ schedule: '60 * * * *' }, 'schedule', 'minute takes 0 to 59, got 60 (at character 1)'],
  [{ schedule: '* 24 * * *' }, 'schedule', '(at character 3)'],
  [{ schedule: '* * * *' }, 'schedule', '5'],
  [{ schedule: '* * * * * * *' }, 'schedule', '6'],
  [{ schedule: '0 0 30 2 *' }, 'schedule', 'never'],
  [{ schedule: '0 0 31 2,4,6,9,11 *' }, 'schedule', 'never'],
  [{ schedule: '@every' }, 'schedule', '@every takes'],
  [{ schedule: '@every 0s' }, 'schedule', 'at least 1 second'],
  [{ schedule: '@every 100ms' }, 'schedule', '@every takes'],
  [{ schedule: '@every 99999d' }, 'schedule', 'at most 3660 days'],
  [{ schedule: '@at yesterday' }, 'schedule', '@at takes an instant'],
  [{ schedule: '@at 2027-02-30T00:00:00Z' }, 'schedule', '@at takes an instant'],
  [{ schedule: '@at 2020-01-01T00:00:00Z' }, 'schedule', 'has no instant ahead'],
  [{ schedule: '@reboot' }, 'schedule', 'nickname'],
  [{ schedule: 'RRULE:INTERVAL=2' }, 'schedule', 'FREQ'],
  [{ schedule: 'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' }, 'schedule', 'never'],
  [{ schedule: 'RRULE:FREQ=DAILY;COUNT=99999999999' }, 'schedule', 'COUNT'],
  [{ schedule: '* * * * *\n' }, 'schedule', 'control characters'],
  [{ schedule: '* * * * *\0' }, 'schedule', UNSTORABLE],
  [{ schedule: '*'.repeat(1_001) }, 'schedule', '1000'],
  [{ endAt: '2020-01-01T00:00:00Z' }, 'schedule', 'has no instant ahead'],
  [{ startAt: '2031-01-02T00:00:00Z', endAt: '2031-01-01T00:00:00Z' }, 'endAt', 'before startAt'],
  [{ startAt: 'now' }, 'startAt', INSTANT],
  [{ startAt: 1_764_061_200 }, 'startAt', INSTANT],
  [{ startAt: '2031-01-01T00:00:00' }, 'startAt', INSTANT],
  [{ endAt: '2031-02-30T00:00:00Z' }, 'endAt', INSTANT],
  [{ endAt: '0000-01-01T00:00:00Z' }, 'endAt', 'from 1970 to 9999'],
  [{ endAt: '9999-12-31T23:59:59-14:00' }, 'endAt', 'from 1970 to 9999'],
  [{ timezone: 'Mars/Olympus' }, 'timezone', 'Mars/Olympus'],
  [{ timezone: '' }, 'timezone', 'IANA'],
  [{ timezone: '+02:00' }, 'timezone', 'IANA'],
  [{ timezone: '../../etc/passwd' }, 'timezone', 'IANA'],
  [{ timezone: 'x'.repeat(10_000) }, 'timezone', 'IANA'],
  [{ timezone: null }, 'timezone', IS_TEXT],
  [{ timezone: 1 }, 'timezone', IS_TEXT],
  [{ dst: 'shift' }, 'dst', IS_OBJECT],
  [{ dst: [] }, 'dst', IS_OBJECT],
  [{ dst: null }, 'dst', IS_OBJECT],
  [{ dst: { gap: 'jump' } }, 'dst.gap', 'shift, skip'],
  [{ dst: { overlap: null } }, 'dst.overlap', 'first, second, both'],
  [{ dst: { both: true } }, 'dst.both', 'is not a known field'],
];

const WORK: Refusal[] = [
  [{ type: 'teleport' }, 'type', 'must be one of log, http'],
  [{ type: '' }, 'type', 'must be one of log, http'],
  [{ type: 'constructor' }, 'type', 'must be one of log, http'],
  [{ type: null }, 'type', IS_TEXT],
  [{ type: 5 }, 'type', IS_TEXT],
  [{ type: 'x'.repeat(101) }, 'type', 'at most 100 characters'],
  [{ type: 'http' }, 'payload', 'is required'],
  [{ type: 'http', payload: null }, 'payload', 'is required'],
  [{ type: 'http', payload: 'https://example.org' }, 'payload', IS_OBJECT],
  [{ type: 'http', payload: {} }, 'payload.url', 'is required'],
  [{ type: 'http', payload: { url: 'ftp://example.org' } }, 'payload.url', '2048 characters'],
  [
    { type: 'http', payload: { url: 'https://example.org', verb: 'GET' } },
    'payload.verb',
    'is not a known field',
  ],
  [{ payload: { text: 'a\0' } }, 'payload.text', UNSTORABLE],
  [{ payload: [{ '\ud800': 1 }] }, 'payload.0.\uFFFD', UNSTORABLE],
  [{ isActive: 'yes' }, 'isActive', 'must be true or false'],
  [{ isActive: 'true' }, 'isActive', 'must be true or false'],
  [{ isActive: 1 }, 'isActive', 'must be true or false'],
  [{ isActive: null }, 'isActive', 'must be true or false'],
  [{ timeoutMs: 99 }, 'timeoutMs', 'must not be less than 100'],
  [{ timeoutMs: 3_600_001 }, 'timeoutMs', 'must not be greater than 3600000'],
  [{ timeoutMs: 100.5 }, 'timeoutMs', 'must be an integer'],
  [{ timeoutMs: '1000' }, 'timeoutMs', 'must be an integer'],
  [{ timeoutMs: null }, 'timeoutMs', 'must be an integer'],
  [{ retry: 3 }, 'retry', IS_OBJECT],
  [{ retry: null }, 'retry', IS_OBJECT],
  [{ retry: { maxAttempts: 0 } }, 'retry.maxAttempts', 'must not be less than 1'],
  [{ retry: { maxAttempts: 101 } }, 'retry.maxAttempts', 'must not be greater than 100'],
  [{ retry: { backoff: 'linear' } }, 'retry.backoff', 'fixed, exponential'],
  [{ retry: { initialDelayMs: -1 } }, 'retry.initialDelayMs', 'must not be less than 0'],
  [{ retry: { maxDelayMs: 86_400_001 } }, 'retry.maxDelayMs', 'greater than 86400000'],
  [{ retry: { jitter: 1.1 } }, 'retry.jitter', 'must not be greater than 1'],
  [{ retry: { jitter: '0' } }, 'retry.jitter', 'must be a number'],
  [{ retry: { onLost: 'shrug' } }, 'retry.onLost', 'retry, fail'],
  [{ retry: { attempts: 3 } }, 'retry.attempts', 'is not a known field'],
  [{ maxRuns: 0 }, 'maxRuns', 'must not be less than 1'],
  [{ maxRuns: 1.5 }, 'maxRuns', 'must be an integer'],
  [{ maxRuns: '3' }, 'maxRuns', 'must be an integer'],
  [{ spreadSeconds: -1 }, 'spreadSeconds', 'must not be less than 0'],
  [{ spreadSeconds: 86_401 }, 'spreadSeconds', 'must not be greater than 86400'],
  [{ spreadSeconds: null }, 'spreadSeconds', 'must be an integer'],
  [{ calendar: 'bank holidays' }, 'calendar', '1 to 100 letters'],
  [{ calendar: 'unheard-of' }, 'calendar', 'there is none named unheard-of'],
  [{ calendar: 7 }, 'calendar', '1 to 100 letters'],
  [{ missed: 'once' }, 'missed', IS_OBJECT],
  [{ missed: { policy: 'twice' } }, 'missed.policy', 'skip, once, all'],
  [{ missed: { maxAgeSeconds: -1 } }, 'missed.maxAgeSeconds', 'must not be less than 0'],
  [{ missed: { maxCount: 0 } }, 'missed.maxCount', 'must not be less than 1'],
  [{ missed: { maxCount: 10_001 } }, 'missed.maxCount', 'must not be greater than 10000'],
  [{ missed: { count: 1 } }, 'missed.count', 'is not a known field'],
  [{ overlap: 'forbid' }, 'overlap', 'skip, allow, queue, replace'],
  [{ overlap: null }, 'overlap', 'skip, allow, queue, replace'],
  [{ priority: 101 }, 'priority', 'must not be greater than 100'],
  [{ priority: -101 }, 'priority', 'must not be less than -100'],
  [{ autoPauseAfter: 0 }, 'autoPauseAfter', 'must not be less than 1'],
  [{ autoPauseAfter: 1_001 }, 'autoPauseAfter', 'must not be greater than 1000'],
  [{ exceptions: [] }, 'exceptions', 'is not a known field'],
  [{ seed: 1 }, 'seed', 'is not a known field'],
  [{ labels: 'a=b' }, 'labels', 'must be an object of texts'],
  [{ labels: ['a'] }, 'labels', 'must be an object of texts'],
  [{ labels: null }, 'labels', 'must be an object of texts'],
  [{ labels: { a: 1 } }, 'labels', 'at most 200'],
  [{ labels: { a: LONG } }, 'labels', 'at most 200'],
  [{ labels: { a: 'x=y' } }, 'labels', 'at most 200'],
  [{ labels: { '': 'a' } }, 'labels', '1 to 63'],
  [{ labels: { [LONG]: 'a' } }, 'labels', '1 to 63'],
  [{ labels: { '-a': 'a' } }, 'labels', '1 to 63'],
  [
    { labels: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`l${n}`, 'x'])) },
    'labels',
    'takes at most 64 labels',
  ],
  [{ id: 7 }, 'id', 'is not a known field'],
  [{ namespaceId: 2 }, 'namespaceId', 'is not a known field'],
  [{ revision: 2 }, 'revision', 'is not a known field'],
  [{ nextRun: '2031-01-01T00:00:00Z' }, 'nextRun', 'is not a known field'],
  [{ constructor: { a: 1 } }, 'constructor', 'is not a known field'],
  [{ toString: 1 }, 'toString', 'is not a known field'],
  [{ ' name': 'a' }, ' name', 'is not a known field'],
];

const ALL = [...NAMES, ...SCHEDULES, ...WORK];
const shown = ([field]: Refusal): string =>
  JSON.stringify(field, (_name, value: unknown) => value ?? String(value)).slice(0, 80);

describe('a job with a field that is not right', () => {
  let test: TestApi;
  let id: number;

  beforeAll(async () => {
    test = await openApi();
    ({ id } = await test.api.createJob({ key: 'there-already' }));
  });
  afterAll(() => test.close());

  it.each(ALL.map((refusal) => [shown(refusal), ...refusal] as const))(
    'is not registered: %s',
    async (_shown, field, path, message) => {
      const before = await stored(test.database);

      const answer = await test.api.send('POST', '/jobs', {
        name: 'nightly',
        schedule: '0 3 * * *',
        ...field,
      });

      expectProblem(answer, 400, { path, message });
      expect(await stored(test.database)).toEqual(before);
    },
  );

  const patches = ALL.filter(([, , message]) => message !== 'is required');
  it.each(patches.map((refusal) => [shown(refusal), ...refusal] as const))(
    'is not changed: %s',
    async (_shown, field, path, message) => {
      const before = await stored(test.database);

      const answer = await test.api.send('PATCH', `/jobs/${id}`, field);

      expectProblem(answer, 400, { path, message });
      expect(await stored(test.database)).toEqual(before);
    },
  );

  it.each(['POST /jobs', 'PUT /jobs/by-key/there-already', 'PATCH /jobs/1?dryRun=true'])(
    'hears everything that is wrong at once: %s',
    async (route) => {
      const [method = '', path = ''] = route.split(' ');
      const body = { name: '', schedule: 7, timeoutMs: 1, dst: { gap: 1 }, colour: 'red' };
      const before = await stored(test.database);

      const answer = await test.api.send(method, path, body);

      for (const wrong of ['name', 'schedule', 'timeoutMs', 'dst.gap', 'colour']) {
        expectProblem(answer, 400, { path: wrong });
      }
      expect(await stored(test.database)).toEqual(before);
    },
  );

  it('is not registered when several parts do not fit together', async () => {
    const answer = await test.api.send('POST', '/jobs', {
      name: 'a',
      schedule: '61 * * * *',
      type: 'http',
      payload: { url: 'nowhere' },
    });

    expectProblem(answer, 400, { path: 'schedule', message: 'got 61' });
    expectProblem(answer, 400, { path: 'payload.url' });
  });
});

describe('a job whose fields are just right', () => {
  let test: TestApi;

  beforeAll(async () => {
    test = await openApi();
  });
  afterAll(() => test.close());

  it.each([
    { name: 'x'.repeat(200) },
    { name: '😀'.repeat(200) },
    { name: '\u202e\u0007 <script>alert(1)</script> %s ${x} \'";--' },
    { description: 'x'.repeat(2_000) },
    { description: '' },
    { key: 'A.b:c-d_9'.padEnd(200, 'x') },
    { timeoutMs: 100 },
    { timeoutMs: 3_600_000 },
    { payload: 'text' },
    { payload: 0 },
    { payload: [] },
    { payload: { '': { ' ': [null, false, 'é', '\u0001', -0.5, 1e300] } } },
    { labels: Object.fromEntries(Array.from({ length: 64 }, (_, n) => [`l${n}`, ''])) },
    { labels: { ['x'.repeat(63)]: 'y'.repeat(200) } },
    { startAt: '1970-01-01T00:00:00.000Z', endAt: '9999-12-31T23:59:59.999Z' },
    { retry: { maxAttempts: 100, jitter: 1, initialDelayMs: 0, maxDelayMs: 86_400_000 } },
  ])('keeps them as they came: %j', async (fields) => {
    const job = await test.api.createJob(fields);

    const { body } = await test.api.get(`/jobs/${job.id}`);
    expect(body).toMatchObject(fields);
  });
});
