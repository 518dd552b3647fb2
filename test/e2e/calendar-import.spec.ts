import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CalendarDto } from '../../src/calendars/dto/calendar.dto.ts';
import { openApi, type TestApi } from '../support/api.ts';
import { icalEvent, icalFile } from '../support/ical.ts';
import { expectProblem } from '../support/problems.ts';

const PATH = '/calendars/holidays/import';
const CALENDAR = { 'content-type': 'text/calendar' };
const LIMIT = 1_024 * 1_024;
const SINGLE = icalEvent('DTSTART;VALUE=DATE:20270101');

let test: TestApi;

beforeAll(async () => {
  test = await openApi();
});
beforeEach(async () => {
  await test.database.query('DELETE FROM calendars');
});
afterAll(() => test.close());

function importFile(file: string, path = PATH, headers: Record<string, string> = CALENDAR) {
  return test.api.sendText<CalendarDto>('POST', path, file, headers);
}

/** A file of exactly so many bytes. */
function fileOfBytes(bytes: number): string {
  const rest = bytes - SINGLE.length;
  const line = `X-FILL:${'x'.repeat(1_000)}\r\n`;
  const lines = line.repeat(Math.floor(rest / line.length) - 1);
  const last = `X-FILL:${'x'.repeat(rest - lines.length - 9)}\r\n`;
  return SINGLE.replace('VERSION', `${lines}${last}VERSION`);
}

describe('POST /calendars/:name/import', () => {
  it('creates the calendar from the days of the file', async () => {
    const answer = await importFile(icalFile('bank-holidays'));

    expect(answer.status).toBe(201);
    expect(answer.headers.get('etag')).toBe('"1"');
    expect(answer.body).toMatchObject({
      name: 'holidays',
      mode: 'exclude',
      dates: ['1999-12-31', '2027-05-03', '2027-12-27', '2027-12-28'],
      ranges: [{ from: '2027-07-19', to: '2027-08-01' }],
      revision: 1,
    });
  });

  it('adds to what there is, once', async () => {
    const fields = { name: 'holidays', mode: 'only', dates: ['2027-02-02'], weekdays: ['MON'] };
    await test.api.send('POST', '/calendars', fields);

    const added = await importFile(icalFile('bank-holidays'));
    const again = await importFile(icalFile('bank-holidays'));

    expect([added.status, added.headers.get('etag')]).toEqual([200, '"2"']);
    expect(added.body).toMatchObject({
      mode: 'only',
      dates: ['1999-12-31', '2027-02-02', '2027-05-03', '2027-12-27', '2027-12-28'],
      weekdays: ['MON'],
    });
    expect(again.body).toEqual(added.body);
  });

  it('forgets dates and ranges of before when it is told to', async () => {
    await importFile(icalFile('bank-holidays'));
    await test.api.send('PATCH', '/calendars/holidays', { weekdays: ['SUN'] });

    const { body } = await importFile(SINGLE, `${PATH}?replace=true`);

    expect(body).toMatchObject({ dates: ['2027-01-01'], ranges: [], weekdays: ['SUN'] });
  });

  it('follows what repeats for three years unless it is told otherwise', async () => {
    const file = icalEvent('DTSTART;VALUE=DATE:20200301', 'RRULE:FREQ=YEARLY');

    const three = await importFile(file);
    const ten = await importFile(file, `${PATH}?years=10`);

    expect(three.body.dates).toHaveLength(3);
    expect(ten.body.dates).toHaveLength(10);
    expect(ten.body.dates.slice(0, 3)).toEqual(three.body.dates);
  });

  it('takes a media type with parameters, in any case', async () => {
    const type = 'Text/Calendar; charset=UTF-8; method=PUBLISH';

    expect((await importFile(SINGLE, PATH, { 'content-type': type })).status).toBe(201);
  });

  it('takes 1 MiB, and not a byte more', async () => {
    const largest = await importFile(fileOfBytes(LIMIT));
    const larger = await importFile(fileOfBytes(LIMIT + 1));

    expect([largest.status, largest.body.dates]).toEqual([201, ['2027-01-01']]);
    expectProblem(larger, 413, { code: 'BODY_TOO_LARGE', message: '1024 KiB' });
  });

  it.each([
    ['nothing', '', 'must be iCalendar'],
    ['garbage', 'garbage', 'line 1: has no colon'],
    ['a day that does not exist', icalEvent('DTSTART;VALUE=DATE:20270230'), 'line 4: DTSTART'],
    ['a minute that repeats', icalFile('minutes'), 'line 8: RRULE must repeat by days'],
    ['nesting without end', 'BEGIN:VCALENDAR\n'.repeat(50_000), 'deeper than 10 levels'],
  ])('refuses %s, and changes nothing', async (_, file, message) => {
    const answer = await importFile(file);

    expectProblem(answer, 400, { path: 'body', message });
    expect(await test.database.query('SELECT FROM calendars')).toEqual([]);
  });

  it('refuses more dates than a calendar holds, those of before included', async () => {
    const dates = Array.from({ length: 1_990 }, (_, index) =>
      new Date((40_000 + index) * 86_400_000).toISOString().slice(0, 10),
    );
    await test.api.send('POST', '/calendars', { name: 'holidays', dates });
    const file = (count: number) =>
      icalEvent('DTSTART;VALUE=DATE:20270101', `RRULE:FREQ=DAILY;COUNT=${count}`);

    const tooMany = await importFile(file(11));
    const enough = await importFile(file(10));

    expectProblem(tooMany, 400, { path: 'dates', message: 'at most 2000 entries, these are 2001' });
    expect([enough.status, enough.body.dates.length]).toEqual([200, 2_000]);
  });

  it.each([
    ['years=0', 'years'],
    ['years=11', 'years'],
    ['years=1.5', 'years'],
    ['replace=yes', 'replace'],
    ['merge=true', 'merge'],
  ])('refuses the query %s', async (query, path) => {
    expectProblem(await importFile(SINGLE, `${PATH}?${query}`), 400, { path });
  });

  it.each([
    ['application/json', '{"dates":[]}'],
    ['application/xml', SINGLE],
    ['text/plain', SINGLE],
    ['text/calendars', SINGLE],
  ])('refuses a body of type %s', async (type, body) => {
    expectProblem(await importFile(body, PATH, { 'content-type': type }), 415, {
      code: 'UNSUPPORTED_MEDIA_TYPE',
      message: 'must be sent as text/calendar',
    });
  });

  it('refuses a request without a body', async () => {
    expectProblem(await test.api.send('POST', PATH), 415, { code: 'UNSUPPORTED_MEDIA_TYPE' });
  });
});

describe('an iCalendar body', () => {
  it.each([
    ['POST', '/calendars'],
    ['PUT', '/calendars/holidays'],
    ['POST', '/jobs'],
    ['POST', '/schedules/preview'],
  ])('is refused by %s %s, as any other that is no JSON', async (method, path) => {
    const answer = await test.api.sendText(method, path, SINGLE, CALENDAR);

    expectProblem(answer, 415, {
      code: 'UNSUPPORTED_MEDIA_TYPE',
      message: 'must be sent as application/json',
    });
  });
});
