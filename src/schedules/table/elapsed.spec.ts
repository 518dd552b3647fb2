import { describe, expect, it } from '@jest/globals';
import { firesIn, rowsOf } from '../../../test/support/schedule-table.ts';
import { DEFAULT_DST } from '../dst-policy.ts';
import { parseSchedule } from '../parse-schedule.ts';
import { upcoming } from '../schedule.ts';

describe('schedules that list every hour, and those that do not', () => {
  it.each(
    rowsOf(`
      elapsed: * hours run through a gap | */30 * * * * | America/New_York | shift first | 2026-03-08T06:00 | 2026-03-08T06:00 2026-03-08T06:30 2026-03-08T07:00 2026-03-08T07:30 2026-03-08T08:00
      elapsed: * hours run through an overlap | */30 * * * * | America/New_York | shift first | 2026-11-01T05:00 | 2026-11-01T05:00 2026-11-01T05:30 2026-11-01T06:00 2026-11-01T06:30 2026-11-01T07:00 2026-11-01T07:30
      elapsed: skip leaves nothing out | 0 * * * * | America/New_York | skip first | 2026-03-08T06:00 | 2026-03-08T06:00 2026-03-08T07:00 2026-03-08T08:00
      elapsed: second waits for nothing | 0 * * * * | America/New_York | shift second | 2026-11-01T05:00 | 2026-11-01T05:00 2026-11-01T06:00 2026-11-01T07:00
      elapsed: has no moved instants | 30 * * * * | America/New_York | shift first | 2026-03-08T06:00 | 2026-03-08T06:30 2026-03-08T07:30 2026-03-08T08:30
      elapsed: 24 listed hours run through a gap | 0 0-23 * * * | America/New_York | shift first | 2026-03-08T06:00 | 2026-03-08T06:00 2026-03-08T07:00 2026-03-08T08:00
      elapsed: 24 listed hours run through an overlap | 0 0-23 * * * | America/New_York | shift first | 2026-11-01T04:00 | 2026-11-01T04:00 2026-11-01T05:00 2026-11-01T06:00 2026-11-01T07:00
      elapsed: 24 hours in pieces | */15 14-15,0-13,16-23 * * * | Australia/Lord_Howe | shift first | 2026-04-04T14:30 | 2026-04-04T14:30 2026-04-04T14:45 2026-04-04T15:00 2026-04-04T15:15 2026-04-04T15:30
      elapsed: a step of 1 lists all hours | 0 */1 * * 0 | America/New_York | shift first | 2026-11-01T04:00 | 2026-11-01T04:00 2026-11-01T05:00 2026-11-01T06:00 2026-11-01T07:00
      elapsed: @hourly | @hourly | America/New_York | shift first | 2026-11-01T04:00 | 2026-11-01T04:00 2026-11-01T05:00 2026-11-01T06:00 2026-11-01T07:00
      elapsed: on one day of the week | 0 * * * 0 | America/New_York | shift first | 2026-11-01T04:00 | 2026-11-01T04:00 2026-11-01T05:00 2026-11-01T06:00
      elapsed: a day of 23 hours ends at its midnight | 0 * 8 3 * | America/New_York | shift first | 2026-03-09T02:00 | 2026-03-09T02:00 2026-03-09T03:00
      elapsed: with seconds | */30 59 * * * * | America/New_York | shift first | 2026-11-01T05:59 | 2026-11-01T05:59 2026-11-01T05:59:30 2026-11-01T06:59 2026-11-01T06:59:30
      elapsed: Berlin in spring | 0 * * * * | Europe/Berlin | shift first | 2026-03-29 | 2026-03-29 2026-03-29T01:00 2026-03-29T02:00
      elapsed: Berlin in autumn | 0 * * * * | Europe/Berlin | shift first | 2026-10-25 | 2026-10-25 2026-10-25T01:00 2026-10-25T02:00
      elapsed: the minutes of the clock in Lord Howe in spring | 0 * * * * | Australia/Lord_Howe | shift first | 2026-10-03T13:00 | 2026-10-03T13:30 2026-10-03T14:30 2026-10-03T16:00 2026-10-03T17:00
      elapsed: the minutes of the clock in Lord Howe in autumn | 0 * * * * | Australia/Lord_Howe | shift first | 2026-04-04T13:00 | 2026-04-04T13:00 2026-04-04T14:00 2026-04-04T15:30 2026-04-04T16:30
      elapsed: every minute through Lord Howe | * * * * * | Australia/Lord_Howe | shift first | 2026-04-04T14:59 | 2026-04-04T14:59 2026-04-04T15:00 2026-04-04T15:01
      elapsed: two hours in Troll in spring | 0 * * * * | Antarctica/Troll | shift first | 2026-03-29 | 2026-03-29 2026-03-29T01:00 2026-03-29T02:00
      elapsed: two hours in Troll in autumn | 0 * * * * | Antarctica/Troll | shift first | 2026-10-25 | 2026-10-25 2026-10-25T01:00 2026-10-25T02:00 2026-10-25T03:00
      elapsed: through the day that Apia left out | 0 * * * * | Pacific/Apia | shift first | 2011-12-30T08:00 | 2011-12-30T08:00 2011-12-30T09:00 2011-12-30T10:00 2011-12-30T11:00
      elapsed: through midnight in Cairo | */30 * * * * | Africa/Cairo | shift first | 2026-04-23T21:30 | 2026-04-23T21:30 2026-04-23T22:00 2026-04-23T22:30
      elapsed: odd offsets in Kathmandu | 0 * * * * | Asia/Kathmandu | shift first | 2026-06-01 | 2026-06-01T00:15 2026-06-01T01:15
      elapsed: odd offsets in Chatham | 0 * * * * | Pacific/Chatham | shift first | 2026-04-04T13:00 | 2026-04-04T13:15 2026-04-04T14:15 2026-04-04T15:15
      elapsed: Ramadan in Casablanca | 0 * * * * | Africa/Casablanca | shift first | 2026-02-15T01:00 | 2026-02-15T01:00 2026-02-15T02:00 2026-02-15T03:00
      fixed: every second hour is no list of all hours, in spring | 0 */2 * * * | Europe/Berlin | shift first | 2026-03-28T23:00 | 2026-03-28T23:00 2026-03-29T01:00 2026-03-29T02:00 2026-03-29T04:00
      fixed: every second hour is no list of all hours, in autumn | 0 */2 * * * | Europe/Berlin | shift first | 2026-10-24T22:00 | 2026-10-24T22:00 2026-10-25 2026-10-25T03:00 2026-10-25T05:00
      fixed: every second hour in autumn, second | 0 */2 * * * | Europe/Berlin | shift second | 2026-10-24T22:00 | 2026-10-24T22:00 2026-10-25T01:00 2026-10-25T03:00 2026-10-25T05:00
      fixed: every second hour in autumn, both | 0 */2 * * * | Europe/Berlin | shift both | 2026-10-24T22:00 | 2026-10-24T22:00 2026-10-25 2026-10-25T01:00 2026-10-25T03:00
      fixed: 23 listed hours | 0 1-23 * * * | America/New_York | shift first | 2026-11-01T05:00 | 2026-11-01T05:00 2026-11-01T07:00 2026-11-01T08:00
      fixed: @daily | @daily | America/Havana | shift first | 2026-03-08 | 2026-03-08T05:00 2026-03-09T04:00
      fixed: @daily where midnight comes twice | @daily | America/Havana | shift both | 2025-11-02 | 2025-11-02T04:00 2025-11-02T05:00 2025-11-03T05:00
      elapsed: an interval of a day in spring | @every 1d | America/New_York | shift first | 2026-03-07 | 2026-03-07 2026-03-08 2026-03-09
      elapsed: an interval of a day in autumn | @every 1d | America/New_York | shift first | 2026-10-31 | 2026-10-31 2026-11-01 2026-11-02
    `),
  )('%s: %s in %s with %s', firesIn);

  it.each([
    ['America/New_York', '2026-03-08T05:00:00Z'],
    ['America/New_York', '2026-11-01T04:00:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T13:00:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T13:00:00Z'],
    ['Pacific/Apia', '2011-12-30T08:00:00Z'],
    ['Antarctica/Troll', '2026-03-28T23:00:00Z'],
  ])('elapsed: never more than a minute between two minutes in %s from %s', (timezone, from) => {
    const definition = { schedule: '* * * * *', timezone, dst: DEFAULT_DST, anchor: new Date(0) };
    const minutes = upcoming(parseSchedule(definition), new Date(from), 500);

    const start = Date.parse(from);
    expect(minutes.map((date) => date.getTime() - start)).toEqual(
      minutes.map((_, index) => (index + 1) * 60_000),
    );
  });
});
