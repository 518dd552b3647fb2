import { describe, it } from '@jest/globals';
import { fires, firesBetween, rowsOf } from '../../../test/support/schedule-table.ts';

describe('nicknames', () => {
  it.each(
    rowsOf(`
      nicknames: the start of each hour | @hourly | 2026-01-01T22:30 | 2026-01-01T23:00 2026-01-02 2026-01-02T01:00
      nicknames: midnight | @daily | 2026-01-01 | 2026-01-01 2026-01-02 2026-01-03
      nicknames: midnight by its other name | @midnight | 2026-02-28 | 2026-02-28 2026-03-01
      nicknames: Sunday | @weekly | 2026-01-01 | 2026-01-04 2026-01-11
      nicknames: the 1st | @monthly | 2026-01-02 | 2026-02-01 2026-03-01
      nicknames: the 1st of January | @yearly | 2026-01-02 | 2027-01-01 2028-01-01
      nicknames: the 1st of January by its other name | @annually | 2026-01-01 | 2026-01-01 2027-01-01
      nicknames: in any case | @Daily | 2026-01-01T00:00:01 | 2026-01-02 2026-01-03
    `),
  )('%s: %s', fires);
});

describe('intervals', () => {
  it.each(
    rowsOf(`
      interval: counts from the anchor | @every 90s | 2026-01-01T00:10 | - | - | 2026-01-01 | 2026-01-01T00:11:30 2026-01-01T00:13 2026-01-01T00:14:30
      interval: the anchor itself is not due | @every 1h | 2026-01-01T00:10 | - | - | 2026-01-01T00:10 | 2026-01-01T01:10 2026-01-01T02:10
      interval: has no instants before its anchor | @every 1h | 2026-01-01T00:10 | - | - | 2020-01-01 | 2026-01-01T01:10 2026-01-01T02:10
      interval: startAt is the first instant | @every 1h | 2026-01-01T00:10 | 2026-05-05T00:20 | - | 2025-01-01 | 2026-05-05T00:20 2026-05-05T01:20
      interval: startAt counts, not the anchor | @every 1h | 2026-01-01T00:10 | 2025-12-31T23:30 | - | 2026-01-01T06:00 | 2026-01-01T06:30 2026-01-01T07:30
      interval: of a second | @every 1s | 2026-01-01 | - | - | 2026-01-01T00:00:05 | 2026-01-01T00:00:05 2026-01-01T00:00:06
      interval: of minutes | @every 5m | 2026-01-01T00:03 | - | - | 2026-01-01T12:00 | 2026-01-01T12:03 2026-01-01T12:08
      interval: of minutes beyond the hour | @every 90m | 2026-01-01 | - | - | 2026-01-01 | 2026-01-01T01:30 2026-01-01T03:00
      interval: of hours and minutes | @every 1h30m | 2026-01-01T00:10 | - | - | 2026-01-01 | 2026-01-01T01:40 2026-01-01T03:10
      interval: of days | @every 2d | 2026-02-27T08:00 | - | - | 2026-02-27 | 2026-03-01T08:00 2026-03-03T08:00
      interval: of all units | @every 1d1h1m1s | 2026-01-01 | - | - | 2026-01-01 | 2026-01-02T01:01:01 2026-01-03T02:02:02
      interval: of the longest period | @every 3660d | 2026-01-01 | - | - | 2026-01-01 | 2036-01-09 2046-01-16
      interval: in capitals | @EVERY 1h | 2026-01-01 | - | - | 2026-01-01 | 2026-01-01T01:00 2026-01-01T02:00
      interval: keeps the milliseconds of its anchor | @every 1m | 2026-01-01T00:10:00.250 | - | - | 2026-01-01 | 2026-01-01T00:11:00.250 2026-01-01T00:12:00.250
      interval: does not drift in ten years | @every 7m | 2026-01-01 | - | - | 2036-01-01 | 2036-01-01T00:03 2036-01-01T00:10
      interval: ends with endAt | @every 6h | 2026-01-01 | - | 2026-01-01T12:00 | 2026-01-01 | 2026-01-01T06:00 2026-01-01T12:00 none
      interval: between startAt and endAt | @every 6h | 2026-01-01 | 2026-01-01T05:00 | 2026-01-01T16:59 | 2026-01-01 | 2026-01-01T05:00 2026-01-01T11:00 none
    `),
  )('%s: %s anchored to %s, between %s and %s', firesBetween);
});

describe('one-offs', () => {
  it.each(
    rowsOf(`
      one-off: once | @at 2027-01-31T09:00:00Z | 2026-01-01 | - | - | 2026-01-01 | 2027-01-31T09:00 none
      one-off: at the instant itself | @at 2027-01-31T09:00:00Z | 2026-01-01 | - | - | 2027-01-31T09:00 | 2027-01-31T09:00 none
      one-off: never afterwards | @at 2027-01-31T09:00:00Z | 2026-01-01 | - | - | 2027-01-31T09:00:01 | none
      one-off: in the past of its anchor | @at 2025-01-31T09:00:00Z | 2026-01-01 | - | - | 2026-01-01 | none
      one-off: with an offset to the east | @at 2027-01-31T09:00:00+01:30 | 2026-01-01 | - | - | 2026-01-01 | 2027-01-31T07:30 none
      one-off: with an offset to the west | @at 2027-01-31T22:00:00-05:00 | 2026-01-01 | - | - | 2026-01-01 | 2027-02-01T03:00 none
      one-off: with the largest offset | @at 2028-02-29T00:00:00+14:00 | 2026-01-01 | - | - | 2026-01-01 | 2028-02-28T10:00 none
      one-off: without seconds | @at 2027-01-31T09:00Z | 2026-01-01 | - | - | 2026-01-01 | 2027-01-31T09:00 none
      one-off: with milliseconds | @at 2027-01-31T09:00:00.125Z | 2026-01-01 | - | - | 2026-01-01 | 2027-01-31T09:00:00.125 none
      one-off: in small letters | @at 2027-01-31t09:00z | 2026-01-01 | - | - | 2026-01-01 | 2027-01-31T09:00 none
      one-off: on a leap day | @at 2028-02-29T12:00:00Z | 2026-01-01 | - | - | 2026-01-01 | 2028-02-29T12:00 none
      one-off: at startAt | @at 2027-01-31T09:00:00Z | 2026-01-01 | 2027-01-31T09:00 | - | 2026-01-01 | 2027-01-31T09:00 none
      one-off: before startAt | @at 2027-01-31T09:00:00Z | 2026-01-01 | 2027-01-31T09:00:01 | - | 2026-01-01 | none
      one-off: at endAt | @at 2027-01-31T09:00:00Z | 2026-01-01 | - | 2027-01-31T09:00 | 2026-01-01 | 2027-01-31T09:00 none
      one-off: after endAt | @at 2027-01-31T09:00:00Z | 2026-01-01 | - | 2027-01-31T08:59:59 | 2026-01-01 | none
    `),
  )('%s: %s anchored to %s, between %s and %s', firesBetween);
});

describe('bounds', () => {
  it.each(
    rowsOf(`
      bounds: startAt is due when it is listed | 0 12 * * * | 2026-01-01 | 2026-02-01T12:00 | - | 2026-01-01 | 2026-02-01T12:00 2026-02-02T12:00
      bounds: startAt is not due when it is not listed | 0 12 * * * | 2026-01-01 | 2026-02-01T12:00:01 | - | 2026-01-01 | 2026-02-02T12:00 2026-02-03T12:00
      bounds: startAt with milliseconds | 0 12 * * * | 2026-01-01 | 2026-02-01T12:00:00.001 | - | 2026-01-01 | 2026-02-02T12:00 2026-02-03T12:00
      bounds: startAt in the past changes nothing | 0 12 * * * | 2026-01-01 | 2020-01-01 | - | 2026-01-01 | 2026-01-01T12:00 2026-01-02T12:00
      bounds: endAt is due when it is listed | 0 12 * * * | 2026-01-01 | - | 2026-01-03T12:00 | 2026-01-01 | 2026-01-01T12:00 2026-01-02T12:00 2026-01-03T12:00 none
      bounds: endAt between two instants | 0 12 * * * | 2026-01-01 | - | 2026-01-03T11:59:59.999 | 2026-01-01 | 2026-01-01T12:00 2026-01-02T12:00 none
      bounds: endAt in the past | 0 12 * * * | 2026-01-01 | - | 2025-12-31 | 2026-01-01 | none
      bounds: both | 0 12 * * * | 2026-01-01 | 2026-02-01T12:00 | 2026-02-03T12:00 | 2026-01-01 | 2026-02-01T12:00 2026-02-02T12:00 2026-02-03T12:00 none
      bounds: both on one listed instant | 0 12 * * * | 2026-01-01 | 2026-02-01T12:00 | 2026-02-01T12:00 | 2026-01-01 | 2026-02-01T12:00 none
      bounds: both between two instants | 0 12 * * * | 2026-01-01 | 2026-02-01T13:00 | 2026-02-02T11:00 | 2026-01-01 | none
      bounds: the end before the start | 0 12 * * * | 2026-01-01 | 2026-02-03 | 2026-02-01 | 2026-01-01 | none
      bounds: asked from between them | 0 12 * * * | 2026-01-01 | 2026-02-01 | 2026-02-28 | 2026-02-26T12:00:01 | 2026-02-27T12:00 none
      bounds: a rare date comes within them | 0 0 29 2 * | 2026-01-01 | 2026-01-01 | 2030-01-01 | 2026-01-01 | 2028-02-29 none
      bounds: a rare date does not | 0 0 29 2 * | 2026-01-01 | 2026-01-01 | 2028-02-28 | 2026-01-01 | none
      bounds: a cron schedule does not count from its start | */10 * * * * | 2026-01-01 | 2026-01-01T00:07 | - | 2026-01-01 | 2026-01-01T00:10 2026-01-01T00:20
      bounds: of a nickname | @monthly | 2026-01-01 | 2026-01-02 | 2026-03-01 | 2026-01-01 | 2026-02-01 2026-03-01 none
      bounds: the year 9999 is the last | 0 0 1 1 * | 2026-01-01 | - | - | 9998-06-01 | 9999-01-01 none
      bounds: 1970 is the first | 0 0 1 1 * | 2026-01-01 | - | - | 1960-01-01 | 1970-01-01 1971-01-01
    `),
  )('%s: %s anchored to %s, between %s and %s', firesBetween);
});
