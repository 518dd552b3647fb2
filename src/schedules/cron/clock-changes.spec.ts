import { describe, expect, it } from '@jest/globals';
import type { DstPolicy } from '../dst-policy.ts';
import { parseSchedule } from '../parse-schedule.ts';
import { upcoming } from '../schedule.ts';

function scheduleOf(schedule: string, timezone: string, policy: string) {
  const [gap, overlap] = policy.split(' ') as [DstPolicy['gap'], DstPolicy['overlap']];
  return parseSchedule({ schedule, timezone, dst: { gap, overlap }, anchor: new Date(0) });
}

/**
 * One case a line: what it shows, expression, zone, policy for gap and overlap, and the first
 * instants from a UTC time on, in UTC too.
 */
function itFires(table: string): void {
  const cases = table.trim().split('\n');
  it.each(cases.map((line) => line.split('|').map((cell) => cell.trim())))(
    '%s: %s in %s with %s',
    (_clause = '', schedule = '', zone = '', policy = '', from = '', expected = '') => {
      const after = new Date(Date.parse(`${from}Z`) - 1);
      const count = expected.split(' ').length;
      const instants = upcoming(scheduleOf(schedule, zone, policy), after, count);

      expect(instants.map((date) => date.toISOString().slice(5, 16)).join(' ')).toBe(expected);
    },
  );
}

describe('a fixed time that the clock jumps over', () => {
  itFires(`
    moves by the gap | 30 2 * * * | America/New_York | shift first | 2026-03-08T00:00 | 03-08T07:30 03-09T06:30
    is left out | 30 2 * * * | America/New_York | skip first | 2026-03-08T00:00 | 03-09T06:30
    moves to the end of the gap from its start | 0 2 * * * | America/New_York | shift first | 2026-03-08T00:00 | 03-08T07:00 03-09T06:00
    is one occurrence with a listed time it lands on | 15,45 2,3 * * * | America/New_York | shift first | 2026-03-08T00:00 | 03-08T07:15 03-08T07:45 03-09T06:15
    keeps its place among later times | 50 2 8 3 * | America/New_York | shift first | 2026-03-08T00:00 | 03-08T07:50
    interleaves with later times | 0,40 1-3 * * * | America/New_York | shift first | 2026-03-08T00:00 | 03-08T06:00 03-08T06:40 03-08T07:00 03-08T07:40 03-09T05:00
    counts under a step of hours | 0 */2 * * * | America/New_York | shift first | 2026-03-08T00:00 | 03-08T01:00 03-08T03:00 03-08T05:00 03-08T07:00 03-08T08:00 03-08T10:00
    may have a field of seconds | 0 30 2 * * 0 | America/New_York | shift first | 2026-03-08T00:00 | 03-08T07:30 03-15T06:30
    moves half an hour in Lord Howe | 15 2 * * * | Australia/Lord_Howe | shift first | 2026-10-03T00:00 | 10-03T15:45 10-04T15:15
    is left out in Lord Howe | 15 2 * * * | Australia/Lord_Howe | skip first | 2026-10-03T00:00 | 10-04T15:15
    lies at midnight in Cairo | 30 0 * * * | Africa/Cairo | shift first | 2026-04-23T00:00 | 04-23T22:30 04-24T21:30
    goes by its listed weekday in Cairo | 30 0 * * 5 | Africa/Cairo | shift first | 2026-04-23T00:00 | 04-23T22:30 04-30T21:30
    lies at midnight in Santiago | 0 0 * * 0 | America/Santiago | shift first | 2026-09-05T00:00 | 09-06T04:00 09-13T03:00
    lay at midnight in Sao Paulo | 0 0 * * * | America/Sao_Paulo | shift first | 2017-10-15T00:00 | 10-15T03:00 10-16T02:00
    was left out in Sao Paulo | 0 0 * * * | America/Sao_Paulo | skip first | 2017-10-15T00:00 | 10-16T02:00
    lies at midnight in Beirut | 15 0 * * * | Asia/Beirut | shift first | 2026-03-28T00:00 | 03-28T22:15 03-29T21:15
    moves a day where a day was left out | 0 9 30 12 * | Pacific/Apia | shift first | 2011-12-30T00:00 | 12-30T19:00 12-29T19:00
    is left out with its day | 0 9 30 12 * | Pacific/Apia | skip first | 2011-12-30T00:00 | 12-29T19:00
    is one occurrence with the next day | 0 9 * * * | Pacific/Apia | shift first | 2011-12-29T00:00 | 12-29T19:00 12-30T19:00 12-31T19:00
    was one occurrence with the next day in Kwajalein | 0 9 * * * | Pacific/Kwajalein | shift first | 1993-08-20T00:00 | 08-20T21:00 08-21T21:00
    moves out of standard time in Dublin | 30 1 * * * | Europe/Dublin | shift first | 2026-03-29T00:00 | 03-29T01:30 03-30T00:30
    lies at the end of Ramadan in Casablanca | 30 2 * * * | Africa/Casablanca | shift first | 2026-03-21T00:00 | 03-21T02:30 03-22T02:30 03-23T01:30
    moves two hours in Troll | 30 1,2 * * * | Antarctica/Troll | shift first | 2026-03-29T00:00 | 03-29T01:30 03-29T02:30 03-29T23:30
    lies between quarters in Chatham | 0 3 * * * | Pacific/Chatham | shift first | 2026-09-26T00:00 | 09-26T14:15 09-27T13:15
  `);
});

describe('a fixed time that the clock shows twice', () => {
  itFires(`
    runs the first time | 30 1 * * * | America/New_York | shift first | 2026-11-01T00:00 | 11-01T05:30 11-02T06:30
    runs the second time | 30 1 * * * | America/New_York | shift second | 2026-11-01T00:00 | 11-01T06:30 11-02T06:30
    runs both times | 30 1 * * * | America/New_York | shift both | 2026-11-01T00:00 | 11-01T05:30 11-01T06:30 11-02T06:30
    runs a list in one pass | */20 1 * * * | America/New_York | shift first | 2026-11-01T00:00 | 11-01T05:00 11-01T05:20 11-01T05:40 11-02T06:00
    runs a list in the second pass | */20 1 * * * | America/New_York | shift second | 2026-11-01T00:00 | 11-01T06:00 11-01T06:20 11-01T06:40 11-02T06:00
    ends where the clock is set back | 0 2 * * * | America/New_York | shift first | 2026-11-01T00:00 | 11-01T07:00 11-02T07:00
    is fixed under a step of hours | 0 */2 * * * | America/New_York | shift first | 2026-11-01T00:00 | 11-01T00:00 11-01T02:00 11-01T04:00 11-01T07:00
    comes twice within half an hour in Lord Howe | 45 1 * * * | Australia/Lord_Howe | shift first | 2026-04-04T00:00 | 04-04T14:45 04-05T15:15
    comes the second time in Lord Howe | 45 1 * * * | Australia/Lord_Howe | shift second | 2026-04-04T00:00 | 04-04T15:15 04-05T15:15
    lies before midnight in Cairo | 30 23 * * * | Africa/Cairo | shift first | 2026-10-29T00:00 | 10-29T20:30 10-30T21:30
    lies before midnight in Cairo, second | 30 23 * * * | Africa/Cairo | shift second | 2026-10-29T00:00 | 10-29T21:30 10-30T21:30
    ends summer in Dublin | 30 1 * * * | Europe/Dublin | shift first | 2026-10-25T00:00 | 10-25T00:30 10-26T01:30
    begins Ramadan in Casablanca | 30 2 * * * | Africa/Casablanca | shift first | 2026-02-14T00:00 | 02-14T01:30 02-15T01:30 02-16T02:30
    spans two hours in Troll | 30 2 * * * | Antarctica/Troll | shift first | 2026-10-25T00:00 | 10-25T00:30 10-26T02:30
    spans two hours in Troll, both | 30 2 * * * | Antarctica/Troll | shift both | 2026-10-25T00:00 | 10-25T00:30 10-25T02:30 10-26T02:30
  `);
});

describe('a schedule that lists every hour', () => {
  itFires(`
    goes by elapsed time in spring | */30 * * * * | America/New_York | skip first | 2026-03-08T06:00 | 03-08T06:00 03-08T06:30 03-08T07:00 03-08T07:30 03-08T08:00
    goes by elapsed time in autumn | */30 * * * * | America/New_York | shift first | 2026-11-01T05:00 | 11-01T05:00 11-01T05:30 11-01T06:00 11-01T06:30 11-01T07:00 11-01T07:30
    has no moved instants | 30 * * * * | America/New_York | shift first | 2026-03-08T06:00 | 03-08T06:30 03-08T07:30 03-08T08:30
    may spell the hours out | 0 0-23 * * * | America/New_York | shift first | 2026-11-01T04:00 | 11-01T04:00 11-01T05:00 11-01T06:00 11-01T07:00
    may have a step of one | 0 */1 * * 0 | America/New_York | shift first | 2026-11-01T00:00 | 11-01T04:00 11-01T05:00 11-01T06:00 11-01T07:00
    shows the minutes of the clock in Lord Howe | 0 * * * * | Australia/Lord_Howe | shift first | 2026-10-03T13:00 | 10-03T13:30 10-03T14:30 10-03T16:00 10-03T17:00
    runs every quarter through Lord Howe | */15 14-15,0-13,16-23 * * * | Australia/Lord_Howe | shift first | 2026-04-04T14:30 | 04-04T14:30 04-04T14:45 04-04T15:00 04-04T15:15 04-04T15:30
    runs through two hours in Troll | 0 * * * * | Antarctica/Troll | shift first | 2026-10-25T00:00 | 10-25T00:00 10-25T01:00 10-25T02:00 10-25T03:00
  `);

  it.each([
    ['America/New_York', '2026-03-08T05:00:00Z'],
    ['America/New_York', '2026-11-01T04:00:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T13:00:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T13:00:00Z'],
    ['Pacific/Apia', '2011-12-30T08:00:00Z'],
    ['Antarctica/Troll', '2026-03-28T23:00:00Z'],
  ])('never leaves more than a minute between two minutes in %s from %s', (zone, from) => {
    const minutes = upcoming(scheduleOf('* * * * *', zone, 'shift first'), new Date(from), 500);

    const start = Date.parse(from);
    expect(minutes.map((date) => date.getTime() - start)).toEqual(
      minutes.map((_, index) => (index + 1) * 60_000),
    );
  });
});

describe('zones whose law has changed lately', () => {
  itFires(`
    Vancouver stays on -07:00 | 0 9 * * * | America/Vancouver | shift first | 2026-11-15T00:00 | 11-15T16:00
    Vancouver keeps -07:00 in later winters | 0 9 * * * | America/Vancouver | shift first | 2031-01-15T00:00 | 01-15T16:00
    Vancouver had summer time before | 0 9 * * * | America/Vancouver | shift first | 2026-01-15T00:00 | 01-15T17:00
    Vancouver repeats no hour in November 2026 | 30 1 * * * | America/Vancouver | shift both | 2026-11-01T00:00 | 11-01T08:30 11-02T08:30
    Edmonton stays on -06:00 | 0 9 * * * | America/Edmonton | shift first | 2026-11-15T00:00 | 11-15T15:00
    Casablanca stays on UTC | 0 9 * * * | Africa/Casablanca | shift first | 2026-11-15T00:00 | 11-15T09:00
    Casablanca repeats an hour when it changes | 30 1 * * * | Africa/Casablanca | shift both | 2026-09-20T00:00 | 09-20T00:30 09-20T01:30 09-21T01:30
  `);
});
