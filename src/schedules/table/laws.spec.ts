import { describe, it } from '@jest/globals';
import { firesIn, rowsOf } from '../../../test/support/schedule-table.ts';

describe('what the law of a zone says', () => {
  it.each(
    rowsOf(`
      zone data: Vancouver had summer and winter | 0 9 * * * | America/Vancouver | shift first | 2026-01-15 | 2026-01-15T17:00
      zone data: Vancouver stays on -07:00 from 2026 | 0 9 * * * | America/Vancouver | shift first | 2026-11-15 | 2026-11-15T16:00
      zone data: Vancouver on -07:00 in later winters | 0 9 * * * | America/Vancouver | shift first | 2031-01-15 | 2031-01-15T16:00
      zone data: Vancouver repeats no hour in November 2026 | 30 1 * * * | America/Vancouver | shift both | 2026-11-01 | 2026-11-01T08:30 2026-11-02T08:30
      zone data: Vancouver jumps over no hour in March 2027 | 30 2 * * * | America/Vancouver | skip first | 2027-03-14 | 2027-03-14T09:30 2027-03-15T09:30
      zone data: Vancouver did repeat one in 2025 | 30 1 * * * | America/Vancouver | shift both | 2025-11-02 | 2025-11-02T08:30 2025-11-02T09:30 2025-11-03T09:30
      zone data: Edmonton stays on -06:00 | 0 9 * * * | America/Edmonton | shift first | 2026-11-15 | 2026-11-15T15:00
      zone data: Casablanca stays on UTC | 0 9 * * * | Africa/Casablanca | shift first | 2026-11-15 | 2026-11-15T09:00
      zone data: Casablanca has no Ramadan change in 2027 | 30 2 * * * | Africa/Casablanca | skip both | 2027-02-07 | 2027-02-07T02:30 2027-02-08T02:30
      zone data: Casablanca repeats an hour when it changes for good | 30 1 * * * | Africa/Casablanca | shift both | 2026-09-20 | 2026-09-20T00:30 2026-09-20T01:30 2026-09-21T01:30
      zone data: Sao Paulo gave up summer time in 2019 | 0 0 * * * | America/Sao_Paulo | skip first | 2026-11-01 | 2026-11-01T03:00 2026-11-02T03:00
      zone data: Asuncion stays on -03:00 | 0 9 * * * | America/Asuncion | shift first | 2026-06-15 | 2026-06-15T12:00
      zone data: Istanbul stays on +03:00 | 30 3 * * * | Europe/Istanbul | shift both | 2016-10-30 | 2016-10-30T00:30 2016-10-31T00:30
      zone data: Mexico City gave up summer time | 0 9 * * * | America/Mexico_City | shift first | 2026-07-01 | 2026-07-01T15:00
      zone data: Gaza ends summer early in 2037 | 0 9 * * * | Asia/Gaza | shift first | 2037-10-09 | 2037-10-09T06:00 2037-10-10T07:00
      zone data: Apia has summer no more | 0 9 * * * | Pacific/Apia | shift first | 2026-01-15 | 2026-01-15T20:00
      zone data: Apia was a day behind | 0 9 * * * | Pacific/Apia | shift first | 2011-12-29 | 2011-12-29T19:00
      zone data: Kathmandu since 1986 | 0 0 * * * | Asia/Kathmandu | shift first | 2026-06-01 | 2026-06-01T18:15 2026-06-02T18:15
      zone data: Kathmandu before | 0 0 * * * | Asia/Kathmandu | shift first | 1985-06-01 | 1985-06-01T18:30 1985-06-02T18:30
      zone data: London on British Standard Time in 1970 | 0 9 * * * | Europe/London | shift first | 1970-01-01 | 1970-01-01T08:00
      zone data: an old name | 0 9 * * * | US/Pacific | shift first | 2026-07-01 | 2026-07-01T16:00
      zone data: UTC | 0 9 * * * | Etc/UTC | shift first | 2026-07-01 | 2026-07-01T09:00
      zone data: a fixed offset, west being positive | 0 9 * * * | Etc/GMT+5 | shift first | 2026-07-01 | 2026-07-01T14:00
      zone data: Havana keeps summer time in the winter of 2026 | 0 9 * * * | America/Havana | shift first | 2026-12-01 | 2026-12-01T13:00 2026-12-02T13:00
      zone data: Havana repeats no hour in 2026 | 30 0 * * * | America/Havana | shift both | 2026-11-01 | 2026-11-01T04:30 2026-11-02T04:30
      zone data: Winnipeg stays on -05:00 from 2026 | 0 9 * * * | America/Winnipeg | shift first | 2026-12-01 | 2026-12-01T14:00 2026-12-02T14:00
    `),
  )('%s: %s in %s with %s', firesIn);
});
