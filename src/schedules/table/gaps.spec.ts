import { describe, it } from '@jest/globals';
import { firesIn, rowsOf } from '../../../test/support/schedule-table.ts';

describe('a fixed time that the clock jumps over', () => {
  it.each(
    rowsOf(`
      gap shift: moves by the length of the gap | 30 2 * * * | America/New_York | shift first | 2026-03-08 | 2026-03-08T07:30 2026-03-09T06:30
      gap shift: the start of the gap moves to its end | 0 2 * * * | America/New_York | shift first | 2026-03-08 | 2026-03-08T07:00 2026-03-09T06:00
      gap shift: the last second of the gap | 59 59 2 * * * | America/New_York | shift first | 2026-03-08 | 2026-03-08T07:59:59 2026-03-09T06:59:59
      gap shift: the second before the gap stays | 59 59 1 * * * | America/New_York | shift first | 2026-03-08 | 2026-03-08T06:59:59 2026-03-09T05:59:59
      gap shift: the end of the gap stays | 0 3 * * * | America/New_York | shift first | 2026-03-08 | 2026-03-08T07:00 2026-03-09T07:00
      gap shift: two listed times that land on one instant are one occurrence | 15,45 2,3 * * * | America/New_York | shift first | 2026-03-08 | 2026-03-08T07:15 2026-03-08T07:45 2026-03-09T06:15
      gap shift: keeps its place among later times | 0,40 1-3 * * * | America/New_York | shift first | 2026-03-08 | 2026-03-08T06:00 2026-03-08T06:40 2026-03-08T07:00 2026-03-08T07:40 2026-03-09T05:00
      gap shift: a listed date that is only in the gap | 50 2 8 3 * | America/New_York | shift first | 2026-03-08 | 2026-03-08T07:50 2027-03-08T07:50
      gap shift: by the listed weekday | 0 30 2 * * 0 | America/New_York | shift first | 2026-03-08 | 2026-03-08T07:30 2026-03-15T06:30
      gap shift: under a step of hours | 0 */2 * * * | America/New_York | shift first | 2026-03-08 | 2026-03-08T01:00 2026-03-08T03:00 2026-03-08T05:00 2026-03-08T07:00 2026-03-08T08:00 2026-03-08T10:00
      gap shift: all but one hour listed | 0 0-22 * * * | America/New_York | shift first | 2026-03-08T06:00 | 2026-03-08T06:00 2026-03-08T07:00 2026-03-08T08:00
      gap shift: whichever policy for overlaps | 30 2 * * * | America/New_York | shift second | 2026-03-08 | 2026-03-08T07:30 2026-03-09T06:30
      gap shift: last year as well | 30 2 * * * | America/New_York | shift first | 2025-03-09 | 2025-03-09T07:30 2025-03-10T06:30
      gap shift: as the lasting rule has it in 2060 | 30 2 * * * | America/New_York | shift first | 2060-03-14 | 2060-03-14T07:30 2060-03-15T06:30
      gap shift: a listed weekday is that of the gap | 30 0 * * 5 | Africa/Cairo | shift first | 2026-04-23T12:00 | 2026-04-23T22:30 2026-04-30T21:30
      gap skip: is left out | 30 2 * * * | America/New_York | skip first | 2026-03-08 | 2026-03-09T06:30 2026-03-10T06:30
      gap skip: the start of the gap too | 0 2 * * * | America/New_York | skip first | 2026-03-08 | 2026-03-09T06:00 2026-03-10T06:00
      gap skip: the end of the gap stays | 0 3 * * * | America/New_York | skip first | 2026-03-08 | 2026-03-08T07:00 2026-03-09T07:00
      gap skip: leaves the other times | 15,45 2,3 * * * | America/New_York | skip first | 2026-03-08 | 2026-03-08T07:15 2026-03-08T07:45 2026-03-09T06:15
      gap skip: leaves the other hours of a step | 0 */2 * * * | America/New_York | skip first | 2026-03-08 | 2026-03-08T01:00 2026-03-08T03:00 2026-03-08T05:00 2026-03-08T08:00 2026-03-08T10:00 2026-03-08T12:00
      gap skip: a yearly date comes in the next year | 50 2 8 3 * | America/New_York | skip first | 2026-03-08 | 2027-03-08T07:50
    `),
  )('%s: %s in %s with %s', firesIn);
});

describe('gaps of zones', () => {
  it.each(
    rowsOf(`
      gap shift: Berlin | 30 2 * * * | Europe/Berlin | shift first | 2026-03-29 | 2026-03-29T01:30 2026-03-30T00:30
      gap skip: Berlin | 30 2 * * * | Europe/Berlin | skip first | 2026-03-29 | 2026-03-30T00:30 2026-03-31T00:30
      gap shift: Lord Howe, half an hour | 15 2 * * * | Australia/Lord_Howe | shift first | 2026-10-03 | 2026-10-03T15:45 2026-10-04T15:15
      gap skip: Lord Howe, half an hour | 15 2 * * * | Australia/Lord_Howe | skip first | 2026-10-03 | 2026-10-04T15:15 2026-10-05T15:15
      gap shift: Casablanca, end of Ramadan | 30 2 * * * | Africa/Casablanca | shift first | 2026-03-22 | 2026-03-22T02:30 2026-03-23T01:30
      gap skip: Casablanca, end of Ramadan | 30 2 * * * | Africa/Casablanca | skip first | 2026-03-22 | 2026-03-23T01:30 2026-03-24T01:30
      gap shift: Casablanca, the year before | 30 2 * * * | Africa/Casablanca | shift first | 2025-04-06 | 2025-04-06T02:30 2025-04-07T01:30
      gap skip: Casablanca, the year before | 30 2 * * * | Africa/Casablanca | skip first | 2025-04-06 | 2025-04-07T01:30 2025-04-08T01:30
      gap shift: Dublin, out of negative summer time | 30 1 * * * | Europe/Dublin | shift first | 2026-03-29 | 2026-03-29T01:30 2026-03-30T00:30
      gap skip: Dublin, out of negative summer time | 30 1 * * * | Europe/Dublin | skip first | 2026-03-29 | 2026-03-30T00:30 2026-03-31T00:30
      gap shift: Sao Paulo, midnight | 0 0 * * * | America/Sao_Paulo | shift first | 2018-11-04 | 2018-11-04T03:00 2018-11-05T02:00
      gap skip: Sao Paulo, midnight | 0 0 * * * | America/Sao_Paulo | skip first | 2018-11-04 | 2018-11-05T02:00 2018-11-06T02:00
      gap shift: Asuncion, midnight | 30 0 * * * | America/Asuncion | shift first | 2023-10-01 | 2023-10-01T04:30 2023-10-02T03:30
      gap skip: Asuncion, midnight | 30 0 * * * | America/Asuncion | skip first | 2023-10-01 | 2023-10-02T03:30 2023-10-03T03:30
      gap shift: Santiago, midnight | 0 0 * * 0 | America/Santiago | shift first | 2026-09-06 | 2026-09-06T04:00 2026-09-13T03:00
      gap skip: Santiago, midnight | 0 0 * * 0 | America/Santiago | skip first | 2026-09-06 | 2026-09-13T03:00 2026-09-20T03:00
      gap shift: Beirut, midnight | 15 0 * * * | Asia/Beirut | shift first | 2026-03-28T12:00 | 2026-03-28T22:15 2026-03-29T21:15
      gap skip: Beirut, midnight | 15 0 * * * | Asia/Beirut | skip first | 2026-03-28T12:00 | 2026-03-29T21:15 2026-03-30T21:15
      gap shift: Havana, midnight | 0 0 * * * | America/Havana | shift first | 2026-03-08 | 2026-03-08T05:00 2026-03-09T04:00
      gap skip: Havana, midnight | 0 0 * * * | America/Havana | skip first | 2026-03-08 | 2026-03-09T04:00 2026-03-10T04:00
      gap shift: Cairo, midnight | 30 0 * * * | Africa/Cairo | shift first | 2026-04-23T12:00 | 2026-04-23T22:30 2026-04-24T21:30
      gap skip: Cairo, midnight | 30 0 * * * | Africa/Cairo | skip first | 2026-04-23T12:00 | 2026-04-24T21:30 2026-04-25T21:30
      gap shift: Tehran, midnight | 0 0 * * * | Asia/Tehran | shift first | 2022-03-21T12:00 | 2022-03-21T20:30 2022-03-22T19:30
      gap skip: Tehran, midnight | 0 0 * * * | Asia/Tehran | skip first | 2022-03-21T12:00 | 2022-03-22T19:30 2022-03-23T19:30
      gap shift: Chatham, at 02:45 | 0 3 * * * | Pacific/Chatham | shift first | 2026-09-26 | 2026-09-26T14:15 2026-09-27T13:15
      gap skip: Chatham, at 02:45 | 0 3 * * * | Pacific/Chatham | skip first | 2026-09-26 | 2026-09-27T13:15 2026-09-28T13:15
      gap shift: Troll, two hours | 30 1,2 * * * | Antarctica/Troll | shift first | 2026-03-29 | 2026-03-29T01:30 2026-03-29T02:30 2026-03-29T23:30
      gap skip: Troll, two hours | 30 1,2 * * * | Antarctica/Troll | skip first | 2026-03-29 | 2026-03-29T23:30 2026-03-30T00:30 2026-03-30T23:30
      gap shift: Gaza | 30 2 * * * | Asia/Gaza | shift first | 2026-03-28 | 2026-03-28T00:30 2026-03-28T23:30
      gap skip: Gaza | 30 2 * * * | Asia/Gaza | skip first | 2026-03-28 | 2026-03-28T23:30 2026-03-29T23:30
      gap shift: Kathmandu 1986, a quarter of an hour | 10 0 * * * | Asia/Kathmandu | shift first | 1985-12-31T12:00 | 1985-12-31T18:40 1986-01-01T18:25
      gap skip: Kathmandu 1986, a quarter of an hour | 10 0 * * * | Asia/Kathmandu | skip first | 1985-12-31T12:00 | 1986-01-01T18:25 1986-01-02T18:25
      gap shift: Vancouver, the last one | 30 2 * * * | America/Vancouver | shift first | 2026-03-08 | 2026-03-08T10:30 2026-03-09T09:30
      gap skip: Vancouver, the last one | 30 2 * * * | America/Vancouver | skip first | 2026-03-08 | 2026-03-09T09:30 2026-03-10T09:30
      gap shift: St Johns, one minute past midnight | 30 0 * * * | America/St_Johns | shift first | 2006-04-02 | 2006-04-02T04:00 2006-04-03T03:00
      gap skip: St Johns, one minute past midnight | 30 0 * * * | America/St_Johns | skip first | 2006-04-02 | 2006-04-03T03:00 2006-04-04T03:00
      gap shift: Apia 2011, a whole day | 0 9 30 12 * | Pacific/Apia | shift first | 2011-12-30 | 2011-12-30T19:00 2012-12-29T19:00
      gap skip: Apia 2011, a whole day | 0 9 30 12 * | Pacific/Apia | skip first | 2011-12-30 | 2012-12-29T19:00 2013-12-29T19:00
      gap shift: Kwajalein 1993, a whole day | 0 9 21 8 * | Pacific/Kwajalein | shift first | 1993-08-21 | 1993-08-21T21:00 1994-08-20T21:00
      gap skip: Kwajalein 1993, a whole day | 0 9 21 8 * | Pacific/Kwajalein | skip first | 1993-08-21 | 1994-08-20T21:00 1995-08-20T21:00
      gap shift: Adelaide | 30 2 * * * | Australia/Adelaide | shift first | 2026-10-03T12:00 | 2026-10-03T17:00 2026-10-04T16:00
      gap skip: Adelaide | 30 2 * * * | Australia/Adelaide | skip first | 2026-10-03T12:00 | 2026-10-04T16:00 2026-10-05T16:00
      gap shift: Chisinau | 30 3 * * * | Europe/Chisinau | shift first | 2026-03-29 | 2026-03-29T01:30 2026-03-30T00:30
      gap skip: Chisinau | 30 3 * * * | Europe/Chisinau | skip first | 2026-03-29 | 2026-03-30T00:30 2026-03-31T00:30
      gap shift: Nuuk, before midnight | 30 23 * * * | America/Nuuk | shift first | 2024-03-30T12:00 | 2024-03-31T01:30 2024-04-01T00:30
      gap skip: Nuuk, before midnight | 30 23 * * * | America/Nuuk | skip first | 2024-03-30T12:00 | 2024-04-01T00:30 2024-04-02T00:30
      gap shift: a day left out is one occurrence with the next day in Apia | 0 9 * * * | Pacific/Apia | shift first | 2011-12-29 | 2011-12-29T19:00 2011-12-30T19:00 2011-12-31T19:00
      gap skip: a day left out is no occurrence in Apia | 0 9 * * * | Pacific/Apia | skip first | 2011-12-29 | 2011-12-29T19:00 2011-12-30T19:00 2011-12-31T19:00
      gap shift: midnight of the day left out in Apia | 0 0 30 12 * | Pacific/Apia | shift first | 2011-12-30 | 2011-12-30T10:00 2012-12-29T10:00
      gap shift: a day left out is one occurrence with the next day in Kwajalein | 0 9 * * * | Pacific/Kwajalein | shift first | 1993-08-20 | 1993-08-20T21:00 1993-08-21T21:00
      gap shift: a weekday that was left out in Apia | 0 12 * * 5 | Pacific/Apia | shift first | 2011-12-28 | 2011-12-30T22:00 2012-01-05T22:00
    `),
  )('%s: %s in %s with %s', firesIn);
});
