import { describe, expect, it } from '@jest/globals';
import { icalEvent, icalEvents, icalFile } from '../../../test/support/ical.ts';
import { InvalidRequestError } from '../../common/errors.ts';
import { formatDay } from '../../schedules/civil.ts';
import { readDays, windowFrom } from './read-days.ts';

const NOW = new Date('2026-12-15T10:00:00Z');

/** What is imported, dates first, in order; ranges as `from/to`. */
async function daysOf(file: string, { years = 1, now = NOW } = {}): Promise<string[]> {
  const { dates, ranges } = await readDays(file, windowFrom(now, years));
  return [...dates.sort(), ...ranges.map(({ from, to }) => `${from}/${to}`).sort()];
}

async function flawOf(file: string): Promise<string> {
  const error: unknown = await daysOf(file).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InvalidRequestError);
  const { violations } = error as InvalidRequestError;
  expect(violations).toEqual([{ path: 'body', message: expect.any(String) }]);
  return violations[0]!.message;
}

/** A file that is as long as a file may be. */
function filled(line: string): string {
  return `BEGIN:VCALENDAR\n${line.repeat(Math.floor(1_000_000 / line.length))}`;
}

describe('the window', () => {
  it('begins with the day that it still is in the last of all zones', () => {
    const { from, to } = windowFrom(new Date('2028-02-29T23:59:59Z'), 1);

    expect([formatDay(from), formatDay(to)]).toEqual(['2028-02-28', '2029-03-01']);
  });
});

describe('a file of holidays', () => {
  it('gives the days of its events, whenever they are', async () => {
    expect(await daysOf(icalFile('bank-holidays'))).toEqual([
      '1999-12-31',
      '2027-05-03',
      '2027-12-27',
      '2027-12-28',
      '2027-07-19/2027-08-01',
    ]);
  });

  it('may have other line ends, a byte order mark, small letters and blank lines', async () => {
    const file = icalFile('bank-holidays').replace(/BEGIN:VEVENT/g, 'begin:vevent');
    const odd = `\uFEFF${file.replaceAll('\r\n', '\n')}\n\n`;

    expect(await daysOf(odd)).toEqual(await daysOf(icalFile('bank-holidays')));
  });

  it('may hold several calendars, and none of their events', async () => {
    expect(await daysOf(icalFile('bank-holidays') + icalFile('team'))).toHaveLength(11);
    expect(await daysOf('BEGIN:VCALENDAR\r\nEND:VCALENDAR')).toEqual([]);
  });
});

describe('an event with times', () => {
  it('counts for the days that it touches on its own clock', async () => {
    expect(await daysOf(icalFile('team'))).toEqual([
      '2027-01-08',
      '2027-02-05',
      '2027-04-05',
      '2027-04-12',
      '2027-01-15/2027-01-17',
      '2027-03-01/2027-03-02',
    ]);
  });

  it.each([
    ['no end', [], ['2027-01-08']],
    ['an end at its start', ['DTEND:20270108T000000'], ['2027-01-08']],
    ['an end before its start', ['DTEND:20270101T000000'], ['2027-01-08']],
    ['an end at midnight', ['DTEND:20270109T000000'], ['2027-01-08']],
    ['an end just after', ['DTEND:20270109T000001'], ['2027-01-08/2027-01-09']],
    ['a leap second', ['DTEND:20270108T235960'], ['2027-01-08']],
    ['a length', ['DURATION:P1DT1S'], ['2027-01-08/2027-01-09']],
    ['a length that is negative', ['DURATION:-P1D'], ['2027-01-08']],
  ])('may have %s', async (_, end, expected) => {
    expect(await daysOf(icalEvent('DTSTART:20270108T000000', ...end))).toEqual(expected);
  });
});

describe('an event that repeats', () => {
  it('counts for each of its days in the window', async () => {
    expect(await daysOf(icalFile('recurring-holidays'))).toEqual([
      '2027-01-01',
      '2027-04-06',
      '2027-05-01',
      '2027-05-31',
      '2027-09-10',
      '2027-10-08',
      '2027-11-25',
      '2027-12-03',
      '2026-12-25/2026-12-26',
      '2027-12-11/2027-12-13',
    ]);
  });

  it('is followed for as many years as are wanted', async () => {
    const file = icalEvent('DTSTART;VALUE=DATE:20200229', 'RRULE:FREQ=YEARLY');

    expect(await daysOf(file, { years: 2 })).toEqual(['2028-02-29']);
    expect(await daysOf(file, { years: 10 })).toEqual(['2028-02-29', '2032-02-29', '2036-02-29']);
  });

  it('is followed from today on, what goes on today included', async () => {
    const event = ['DTSTART;VALUE=DATE:20261201', 'DURATION:P14D', 'RRULE:FREQ=MONTHLY;COUNT=2'];

    expect(await daysOf(icalEvent(...event))).toEqual([
      '2026-12-01/2026-12-14',
      '2027-01-01/2027-01-14',
    ]);
    expect(await daysOf(icalEvent(...event), { now: new Date('2026-12-16T00:00:00Z') })).toEqual([
      '2027-01-01/2027-01-14',
    ]);
  });

  it('ends with the instant that it is to end with, on the clock of its own zone', async () => {
    const file = (until: string) =>
      icalEvent('DTSTART;TZID=Pacific/Auckland:20270110T080000', `RRULE:FREQ=DAILY;UNTIL=${until}`);

    expect(await daysOf(file('20270111T185959Z'))).toEqual(['2027-01-10', '2027-01-11']);
    expect(await daysOf(file('20270111T190000Z'))).toEqual([
      '2027-01-10',
      '2027-01-11',
      '2027-01-12',
    ]);
    expect(await daysOf(file('20270111'))).toEqual(['2027-01-10', '2027-01-11']);
  });

  it('may go on for ever, as some write it', async () => {
    const file = icalEvent(
      'DTSTART;TZID=Europe/Berlin:20200301T080000',
      'RRULE:FREQ=YEARLY;UNTIL=99991231T235959Z',
    );

    expect(await daysOf(file)).toEqual(['2027-03-01']);
  });

  it('has its first occurrence even where its rule does not name it', async () => {
    const file = icalEvent('DTSTART;VALUE=DATE:20270105', 'RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=1');

    expect(await daysOf(file)).toEqual(['2027-01-05', '2027-01-11']);
  });

  it('is not mistaken for another one without a name', async () => {
    const daily = ['DTSTART;VALUE=DATE:20270101', 'RRULE:FREQ=DAILY;COUNT=2'];
    const other = ['DTSTART;VALUE=DATE:20270301', 'RECURRENCE-ID;VALUE=DATE:20270101'];

    expect(await daysOf(icalEvents([daily, other]))).toEqual([
      '2027-01-01',
      '2027-01-02',
      '2027-03-01',
    ]);
  });
});

describe('what cannot be imported', () => {
  it.each([
    ['nothing', '', 'must be iCalendar'],
    ['JSON', '{"dates":[]}', 'must be iCalendar'],
    ['HTML', '<html>\n<body>: no\n</html>', 'line 1: has no colon'],
    ['a business card', 'BEGIN:VCARD\nEND:VCARD', 'must be iCalendar'],
    ['bytes', '\u0000\u0001\u0002', 'line 1: has no colon'],
    ['something before the calendar', `VERSION:2.0\r\n${icalFile('team')}`, 'must be iCalendar'],
    ['half a file', icalFile('team').slice(0, 900), 'ends without END:VEVENT'],
    ['an end too many', 'BEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VCALENDAR', 'line 3: ends what'],
    ['ends in disorder', 'BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR', 'line 3: ends what'],
    ['prose', 'BEGIN:VCALENDAR\nhello\nEND:VCALENDAR', 'line 2: has no colon'],
  ])('is %s', async (_, file, message) => {
    expect(await flawOf(file)).toContain(message);
  });

  it.each([
    ['no start', ['UID:a'], 'line 3: this event has no DTSTART'],
    [
      'two starts',
      ['DTSTART:20270101T000000', 'DTSTART:20270102T000000'],
      'line 5: DTSTART must not',
    ],
    [
      'a day that does not exist',
      ['DTSTART;VALUE=DATE:20270230'],
      'line 4: DTSTART must be a date',
    ],
    ['a date that does not say so', ['DTSTART:20270101'], 'with VALUE=DATE'],
    ['a time that does not exist', ['DTSTART:20270101T246000'], 'line 4: DTSTART must be'],
    ['a start before there were such calendars', ['DTSTART;VALUE=DATE:15991231'], 'from 1600 on'],
    ['a start that is text', ['DTSTART;VALUE=TEXT:tomorrow'], 'line 4: DTSTART must be'],
    ['parameters without an end', ['DTSTART;TZID="x:20270101T000000'], 'line 4: cannot be read'],
    [
      'a length that is none',
      ['DTSTART:20270101T000000', 'DURATION:long'],
      'line 5: must be a dur',
    ],
    ['a length without an end', ['DTSTART:20270101T000000', 'DURATION:P999999W'], '10 years'],
    [
      'an end without an end',
      ['DTSTART;VALUE=DATE:20270101', 'DTEND;VALUE=DATE:99991231'],
      '10 years',
    ],
    ['a wrong EXDATE', ['DTSTART:20270101T000000', 'EXDATE:never'], 'line 5: EXDATE must be'],
    [
      'a wrong RDATE',
      ['DTSTART:20270101T000000', 'RDATE;VALUE=PERIOD:x/y'],
      'line 5: RDATE must be',
    ],
    ['an EXRULE', ['DTSTART:20270101T000000', 'EXRULE:FREQ=DAILY'], 'line 5: EXRULE'],
    [
      'a change of all that follow',
      ['DTSTART:20270101T000000', 'RECURRENCE-ID;RANGE=THISANDFUTURE:20270101T000000'],
      'line 5: RANGE',
    ],
  ])('has an event with %s', async (_, properties, message) => {
    expect(await flawOf(icalEvent(...properties))).toContain(message);
  });

  it.each([
    ['FREQ=MINUTELY', 'must repeat by days'],
    ['FREQ=HOURLY;COUNT=2', 'must repeat by days'],
    ['FREQ=DAILY;BYHOUR=9,17', 'must repeat by days'],
    ['COUNT=2', 'must repeat by days'],
    ['FREQ=SOMETIMES', 'cannot be read'],
    ['FREQ=DAILY;COUNT=0', 'COUNT must be'],
    ['FREQ=DAILY;COUNT=-1', 'COUNT must be'],
    ['FREQ=DAILY;INTERVAL=10001', 'INTERVAL must be'],
    ['FREQ=DAILY;INTERVAL=1000000000000000000000', 'INTERVAL must be'],
    ['FREQ=DAILY;UNTIL=20270230', 'UNTIL must be'],
    ['FREQ=WEEKLY;BYDAY=1MO', 'BYDAY takes numbers only'],
    ['FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO', 'BYDAY takes numbers only'],
    ['FREQ=YEARLY;BYDAY=XX', 'cannot be read'],
    ['FREQ=YEARLY;BYMONTH=13', 'cannot be read'],
    ['RSCALE=CHINESE;FREQ=YEARLY', 'not supported: rscale'],
    ['FREQ=DAILY;__proto__=1', 'not supported: __proto__'],
  ])('has the rule %s', async (rule, message) => {
    expect(await flawOf(icalEvent('DTSTART;VALUE=DATE:20270101', `RRULE:${rule}`))) //
      .toContain(message);
  });

  it('says nothing of what a stranger wrote but its line', async () => {
    const message = await flawOf(icalEvent('DTSTART;VALUE=DATE:<script>alert(1)</script>'));

    expect(message).not.toContain('script');
  });
});

describe('a file that is made to cost much', () => {
  it.each([
    ['blank lines', filled('\n'), 'more than 60000 lines'],
    ['folds', filled('\n '), 'more than 60000 lines'],
    ['components in components', filled('BEGIN:X\n'), 'deeper than 10 levels'],
    ['brackets', filled('[{'), 'has no colon'],
    ['events', filled('BEGIN:VEVENT\nEND:VEVENT\n'), 'more than 5000 events'],
    [
      'one property of a thousand parameters',
      icalEvent(`DTSTART${';A=b'.repeat(200_000)}:20270101T000000`),
      'longer than 16384 characters',
    ],
    [
      'a list of dates without an end',
      icalEvent('DTSTART;VALUE=DATE:20270101', `RDATE;VALUE=DATE:${'20270101,'.repeat(9_999)}`),
      'longer than 16384 characters',
    ],
    [
      'a thousand rules that never come true',
      icalEvents(
        Array.from({ length: 1_000 }, () => [
          'DTSTART;VALUE=DATE:20270101',
          'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
        ]),
      ),
      'more than 300000 steps',
    ],
    [
      'rules that count from long ago',
      icalEvents(
        Array.from({ length: 3 }, () => [
          'DTSTART;VALUE=DATE:16000101',
          'RRULE:FREQ=YEARLY;BYMONTHDAY=31;BYDAY=MO;COUNT=99999999',
        ]),
      ),
      'more than 300000 steps',
    ],
    [
      'thousands that stand in for one another',
      icalEvents(
        Array.from({ length: 3_000 }, () => [
          'UID:a',
          'DTSTART;VALUE=DATE:20270101',
          'RDATE;VALUE=DATE:20270102',
          'RECURRENCE-ID;VALUE=DATE:20270101',
        ]),
      ),
      'more than 300000 steps',
    ],
    [
      'dates, one by one',
      icalEvent(
        'DTSTART;VALUE=DATE:20270101',
        ...Array<string>(5_000).fill('RDATE:20270101T000000'),
      ),
      'more than 5000 dates',
    ],
    [
      'more dates than a calendar holds',
      icalEvent('DTSTART;VALUE=DATE:20270101', 'RRULE:FREQ=DAILY'),
      'more than 2000 dates',
    ],
    [
      'more ranges than a calendar holds',
      icalEvent('DTSTART;VALUE=DATE:20270101', 'DURATION:P2D', 'RRULE:FREQ=DAILY'),
      'more than 500 stretches',
    ],
  ])('is refused for %s', async (_, file, message) => {
    const window = windowFrom(NOW, 10);

    await expect(readDays(file, window)).rejects.toThrow(message);
  });

  it('finds out that a rule never comes true', async () => {
    const never = ['DTSTART;VALUE=DATE:20270101', 'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30'];

    expect(await daysOf(icalEvent(...never), { years: 10 })).toEqual(['2027-01-01']);
  });

  it('lets others have their turn', async () => {
    const events = Array.from({ length: 2_000 }, (_, n) => [
      'DTSTART;VALUE=DATE:20270101',
      `UID:${n}`,
    ]);
    let turns = 0;
    let isDone = false;
    const count = () => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);

    await readDays(icalEvents(events), windowFrom(NOW, 10));
    isDone = true;

    expect(turns).toBeGreaterThan(2);
  });
});
