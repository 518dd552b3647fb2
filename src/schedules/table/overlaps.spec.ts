import { describe, it } from '@jest/globals';
import { firesIn, rowsOf } from '../../../test/support/schedule-table.ts';

describe('a fixed time that the clock shows twice', () => {
  it.each(
    rowsOf(`
      overlap first: runs the first time | 30 1 * * * | America/New_York | shift first | 2026-11-01 | 2026-11-01T05:30 2026-11-02T06:30
      overlap first: the start of the repeated hour | 0 1 * * * | America/New_York | shift first | 2026-11-01 | 2026-11-01T05:00 2026-11-02T06:00
      overlap first: the last second of the repeated hour | 59 59 1 * * * | America/New_York | shift first | 2026-11-01 | 2026-11-01T05:59:59 2026-11-02T06:59:59
      overlap first: the end of the repeated hour comes once | 0 2 * * * | America/New_York | shift first | 2026-11-01 | 2026-11-01T07:00 2026-11-02T07:00
      overlap first: the second before it comes once | 59 59 0 * * * | America/New_York | shift first | 2026-11-01 | 2026-11-01T04:59:59 2026-11-02T05:59:59
      overlap first: runs a list in one pass | */20 1 * * * | America/New_York | shift first | 2026-11-01 | 2026-11-01T05:00 2026-11-01T05:20 2026-11-01T05:40 2026-11-02T06:00
      overlap first: under a step of hours | 0 */2 * * * | America/New_York | shift first | 2026-11-01 | 2026-11-01 2026-11-01T02:00 2026-11-01T04:00 2026-11-01T07:00
      overlap first: all but one hour listed | 0 0-22 * * * | America/New_York | shift first | 2026-11-01T04:00 | 2026-11-01T04:00 2026-11-01T05:00 2026-11-01T07:00 2026-11-01T08:00
      overlap first: asked from inside the second pass | 30 1 * * * | America/New_York | shift first | 2026-11-01T06:10 | 2026-11-02T06:30
      overlap second: runs the second time | 30 1 * * * | America/New_York | shift second | 2026-11-01 | 2026-11-01T06:30 2026-11-02T06:30
      overlap second: the start of the repeated hour | 0 1 * * * | America/New_York | shift second | 2026-11-01 | 2026-11-01T06:00 2026-11-02T06:00
      overlap second: the end of the repeated hour comes once | 0 2 * * * | America/New_York | shift second | 2026-11-01 | 2026-11-01T07:00 2026-11-02T07:00
      overlap second: runs a list in the second pass | */20 1 * * * | America/New_York | shift second | 2026-11-01 | 2026-11-01T06:00 2026-11-01T06:20 2026-11-01T06:40 2026-11-02T06:00
      overlap second: every second of the hour in one pass | * 59 1 * * * | America/New_York | shift second | 2026-11-01T06:59:58 | 2026-11-01T06:59:58 2026-11-01T06:59:59 2026-11-02T06:59
      overlap both: runs both times | 30 1 * * * | America/New_York | shift both | 2026-11-01 | 2026-11-01T05:30 2026-11-01T06:30 2026-11-02T06:30
      overlap both: runs a list in both passes | */30 1 * * * | America/New_York | shift both | 2026-11-01 | 2026-11-01T05:00 2026-11-01T05:30 2026-11-01T06:00 2026-11-01T06:30 2026-11-02T06:00
      overlap both: asked from inside the second pass | 30 1 * * * | America/New_York | shift both | 2026-11-01T06:10 | 2026-11-01T06:30 2026-11-02T06:30
      overlap both: a yearly date comes twice | 30 1 1 11 * | America/New_York | shift both | 2026-11-01 | 2026-11-01T05:30 2026-11-01T06:30 2027-11-01T05:30
      overlap both: the hours around come once | 0 0-3 * * * | America/New_York | shift both | 2026-11-01T04:00 | 2026-11-01T04:00 2026-11-01T05:00 2026-11-01T06:00 2026-11-01T07:00 2026-11-01T08:00
      overlap both: as the lasting rule has it in 2060 | 30 1 * * * | America/New_York | shift both | 2060-11-07 | 2060-11-07T05:30 2060-11-07T06:30 2060-11-08T06:30
    `),
  )('%s: %s in %s with %s', firesIn);
});

describe('overlaps of zones', () => {
  it.each(
    rowsOf(`
      overlap first: Berlin | 30 2 * * * | Europe/Berlin | shift first | 2026-10-25 | 2026-10-25T00:30 2026-10-26T01:30
      overlap second: Berlin | 30 2 * * * | Europe/Berlin | shift second | 2026-10-25 | 2026-10-25T01:30 2026-10-26T01:30
      overlap both: Berlin | 30 2 * * * | Europe/Berlin | shift both | 2026-10-25 | 2026-10-25T00:30 2026-10-25T01:30 2026-10-26T01:30
      overlap first: Lord Howe, half an hour | 45 1 * * * | Australia/Lord_Howe | shift first | 2026-04-04 | 2026-04-04T14:45 2026-04-05T15:15
      overlap second: Lord Howe, half an hour | 45 1 * * * | Australia/Lord_Howe | shift second | 2026-04-04 | 2026-04-04T15:15 2026-04-05T15:15
      overlap both: Lord Howe, half an hour | 45 1 * * * | Australia/Lord_Howe | shift both | 2026-04-04 | 2026-04-04T14:45 2026-04-04T15:15 2026-04-05T15:15
      overlap first: Casablanca, begin of Ramadan | 30 2 * * * | Africa/Casablanca | shift first | 2026-02-15 | 2026-02-15T01:30 2026-02-16T02:30
      overlap second: Casablanca, begin of Ramadan | 30 2 * * * | Africa/Casablanca | shift second | 2026-02-15 | 2026-02-15T02:30 2026-02-16T02:30
      overlap both: Casablanca, begin of Ramadan | 30 2 * * * | Africa/Casablanca | shift both | 2026-02-15 | 2026-02-15T01:30 2026-02-15T02:30 2026-02-16T02:30
      overlap first: Dublin, into negative summer time | 30 1 * * * | Europe/Dublin | shift first | 2026-10-25 | 2026-10-25T00:30 2026-10-26T01:30
      overlap second: Dublin, into negative summer time | 30 1 * * * | Europe/Dublin | shift second | 2026-10-25 | 2026-10-25T01:30 2026-10-26T01:30
      overlap both: Dublin, into negative summer time | 30 1 * * * | Europe/Dublin | shift both | 2026-10-25 | 2026-10-25T00:30 2026-10-25T01:30 2026-10-26T01:30
      overlap first: Sao Paulo, before midnight | 30 23 * * * | America/Sao_Paulo | shift first | 2018-02-17T12:00 | 2018-02-18T01:30 2018-02-19T02:30
      overlap second: Sao Paulo, before midnight | 30 23 * * * | America/Sao_Paulo | shift second | 2018-02-17T12:00 | 2018-02-18T02:30 2018-02-19T02:30
      overlap both: Sao Paulo, before midnight | 30 23 * * * | America/Sao_Paulo | shift both | 2018-02-17T12:00 | 2018-02-18T01:30 2018-02-18T02:30 2018-02-19T02:30
      overlap first: Asuncion, before midnight | 30 23 * * * | America/Asuncion | shift first | 2024-03-23T12:00 | 2024-03-24T02:30 2024-03-25T03:30
      overlap second: Asuncion, before midnight | 30 23 * * * | America/Asuncion | shift second | 2024-03-23T12:00 | 2024-03-24T03:30 2024-03-25T03:30
      overlap both: Asuncion, before midnight | 30 23 * * * | America/Asuncion | shift both | 2024-03-23T12:00 | 2024-03-24T02:30 2024-03-24T03:30 2024-03-25T03:30
      overlap first: Santiago, before midnight | 30 23 * * * | America/Santiago | shift first | 2026-04-04T12:00 | 2026-04-05T02:30 2026-04-06T03:30
      overlap second: Santiago, before midnight | 30 23 * * * | America/Santiago | shift second | 2026-04-04T12:00 | 2026-04-05T03:30 2026-04-06T03:30
      overlap both: Santiago, before midnight | 30 23 * * * | America/Santiago | shift both | 2026-04-04T12:00 | 2026-04-05T02:30 2026-04-05T03:30 2026-04-06T03:30
      overlap first: Beirut, before midnight | 15 23 * * * | Asia/Beirut | shift first | 2026-10-24 | 2026-10-24T20:15 2026-10-25T21:15
      overlap second: Beirut, before midnight | 15 23 * * * | Asia/Beirut | shift second | 2026-10-24 | 2026-10-24T21:15 2026-10-25T21:15
      overlap both: Beirut, before midnight | 15 23 * * * | Asia/Beirut | shift both | 2026-10-24 | 2026-10-24T20:15 2026-10-24T21:15 2026-10-25T21:15
      overlap first: Havana, after midnight | 30 0 * * * | America/Havana | shift first | 2025-11-02 | 2025-11-02T04:30 2025-11-03T05:30
      overlap second: Havana, after midnight | 30 0 * * * | America/Havana | shift second | 2025-11-02 | 2025-11-02T05:30 2025-11-03T05:30
      overlap both: Havana, after midnight | 30 0 * * * | America/Havana | shift both | 2025-11-02 | 2025-11-02T04:30 2025-11-02T05:30 2025-11-03T05:30
      overlap first: Cairo, before midnight | 30 23 * * * | Africa/Cairo | shift first | 2026-10-29 | 2026-10-29T20:30 2026-10-30T21:30
      overlap second: Cairo, before midnight | 30 23 * * * | Africa/Cairo | shift second | 2026-10-29 | 2026-10-29T21:30 2026-10-30T21:30
      overlap both: Cairo, before midnight | 30 23 * * * | Africa/Cairo | shift both | 2026-10-29 | 2026-10-29T20:30 2026-10-29T21:30 2026-10-30T21:30
      overlap first: Chatham, at 03:45 | 0 3 * * * | Pacific/Chatham | shift first | 2026-04-04 | 2026-04-04T13:15 2026-04-05T14:15
      overlap second: Chatham, at 03:45 | 0 3 * * * | Pacific/Chatham | shift second | 2026-04-04 | 2026-04-04T14:15 2026-04-05T14:15
      overlap both: Chatham, at 03:45 | 0 3 * * * | Pacific/Chatham | shift both | 2026-04-04 | 2026-04-04T13:15 2026-04-04T14:15 2026-04-05T14:15
      overlap first: Troll, two hours | 30 2 * * * | Antarctica/Troll | shift first | 2026-10-25 | 2026-10-25T00:30 2026-10-26T02:30
      overlap second: Troll, two hours | 30 2 * * * | Antarctica/Troll | shift second | 2026-10-25 | 2026-10-25T02:30 2026-10-26T02:30
      overlap both: Troll, two hours | 30 2 * * * | Antarctica/Troll | shift both | 2026-10-25 | 2026-10-25T00:30 2026-10-25T02:30 2026-10-26T02:30
      overlap first: Gaza | 30 1 * * * | Asia/Gaza | shift first | 2026-10-23T12:00 | 2026-10-23T22:30 2026-10-24T23:30
      overlap second: Gaza | 30 1 * * * | Asia/Gaza | shift second | 2026-10-23T12:00 | 2026-10-23T23:30 2026-10-24T23:30
      overlap both: Gaza | 30 1 * * * | Asia/Gaza | shift both | 2026-10-23T12:00 | 2026-10-23T22:30 2026-10-23T23:30 2026-10-24T23:30
      overlap first: Gaza 2038, before Ramadan | 30 1 * * * | Asia/Gaza | shift first | 2038-09-24T12:00 | 2038-09-24T22:30 2038-09-25T23:30
      overlap second: Gaza 2038, before Ramadan | 30 1 * * * | Asia/Gaza | shift second | 2038-09-24T12:00 | 2038-09-24T23:30 2038-09-25T23:30
      overlap both: Gaza 2038, before Ramadan | 30 1 * * * | Asia/Gaza | shift both | 2038-09-24T12:00 | 2038-09-24T22:30 2038-09-24T23:30 2038-09-25T23:30
      overlap first: Caracas 2007, half an hour | 45 2 * * * | America/Caracas | shift first | 2007-12-09 | 2007-12-09T06:45 2007-12-10T07:15
      overlap second: Caracas 2007, half an hour | 45 2 * * * | America/Caracas | shift second | 2007-12-09 | 2007-12-09T07:15 2007-12-10T07:15
      overlap both: Caracas 2007, half an hour | 45 2 * * * | America/Caracas | shift both | 2007-12-09 | 2007-12-09T06:45 2007-12-09T07:15 2007-12-10T07:15
      overlap first: Pyongyang 2015, half an hour | 45 23 * * * | Asia/Pyongyang | shift first | 2015-08-14 | 2015-08-14T14:45 2015-08-15T15:15
      overlap second: Pyongyang 2015, half an hour | 45 23 * * * | Asia/Pyongyang | shift second | 2015-08-14 | 2015-08-14T15:15 2015-08-15T15:15
      overlap both: Pyongyang 2015, half an hour | 45 23 * * * | Asia/Pyongyang | shift both | 2015-08-14 | 2015-08-14T14:45 2015-08-14T15:15 2015-08-15T15:15
      overlap first: St Johns, one minute past midnight | 30 23 * * * | America/St_Johns | shift first | 2006-10-28T12:00 | 2006-10-29T02:00 2006-10-30T03:00
      overlap second: St Johns, one minute past midnight | 30 23 * * * | America/St_Johns | shift second | 2006-10-28T12:00 | 2006-10-29T03:00 2006-10-30T03:00
      overlap both: St Johns, one minute past midnight | 30 23 * * * | America/St_Johns | shift both | 2006-10-28T12:00 | 2006-10-29T02:00 2006-10-29T03:00 2006-10-30T03:00
      overlap first: Apia 2012 | 30 3 * * * | Pacific/Apia | shift first | 2012-03-31 | 2012-03-31T13:30 2012-04-01T14:30
      overlap second: Apia 2012 | 30 3 * * * | Pacific/Apia | shift second | 2012-03-31 | 2012-03-31T14:30 2012-04-01T14:30
      overlap both: Apia 2012 | 30 3 * * * | Pacific/Apia | shift both | 2012-03-31 | 2012-03-31T13:30 2012-03-31T14:30 2012-04-01T14:30
    `),
  )('%s: %s in %s with %s', firesIn);
});
