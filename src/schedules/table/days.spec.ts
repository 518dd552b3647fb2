import { describe, it } from '@jest/globals';
import { fires, rowsOf } from '../../../test/support/schedule-table.ts';

describe('last days', () => {
  it.each(
    rowsOf(`
      L: the last day of each month | 0 0 L * * | 2026-01-01 | 2026-01-31 2026-02-28 2026-03-31 2026-04-30 2026-05-31
      L: in leap years | 0 0 L 2 * | 2026-01-01 | 2026-02-28 2027-02-28 2028-02-29 2029-02-28
      L: in 2100, which is no leap year | 0 0 L 2 * | 2096-03-01 | 2097-02-28 2098-02-28 2099-02-28
      L: in months of 30 days | 0 0 L 4,6 * | 2026-01-01 | 2026-04-30 2026-06-30 2027-04-30
      L: in a list with a day | 0 0 1,L * * | 2026-01-01 | 2026-01-01 2026-01-31 2026-02-01 2026-02-28 2026-03-01
      L: in lower case | 0 12 l 12 * | 2026-01-01 | 2026-12-31T12:00 2027-12-31T12:00
      L: at the last second | 59 59 23 L * ? | 2026-01-01 | 2026-01-31T23:59:59 2026-02-28T23:59:59
      L: the day that a list names as well | 0 0 31,L 1,2 * | 2026-01-01 | 2026-01-31 2026-02-28 2027-01-31
      5L: 0L is the last Sunday of the month | 0 0 * * 0L | 2026-01-01 | 2026-01-25 2026-02-22 2026-03-29
      5L: 1L is the last Monday of the month | 0 0 * * 1L | 2026-01-01 | 2026-01-26 2026-02-23 2026-03-30
      5L: 2L is the last Tuesday of the month | 0 0 * * 2L | 2026-01-01 | 2026-01-27 2026-02-24 2026-03-31
      5L: 3L is the last Wednesday of the month | 0 0 * * 3L | 2026-01-01 | 2026-01-28 2026-02-25 2026-03-25
      5L: 4L is the last Thursday of the month | 0 0 * * 4L | 2026-01-01 | 2026-01-29 2026-02-26 2026-03-26
      5L: 5L is the last Friday of the month | 0 0 * * 5L | 2026-01-01 | 2026-01-30 2026-02-27 2026-03-27
      5L: 6L is the last Saturday of the month | 0 0 * * 6L | 2026-01-01 | 2026-01-31 2026-02-28 2026-03-28
      5L: 7L is the last Sunday | 0 0 * * 7L | 2026-01-01 | 2026-01-25 2026-02-22 2026-03-29
      5L: by word | 0 0 * * friL | 2026-01-01 | 2026-01-30 2026-02-27 2026-03-27
      5L: in a list | 0 0 * * 1L,5L | 2026-01-01 | 2026-01-26 2026-01-30 2026-02-23 2026-02-27
      5L: in a list with a weekday | 0 0 * * 1,5L | 2026-01-01 | 2026-01-05 2026-01-12 2026-01-19 2026-01-26 2026-01-30
      5L: in some months | 0 2 * 3,10 0L | 2026-01-01 | 2026-03-29T02:00 2026-10-25T02:00 2027-03-28T02:00 2027-10-31T02:00
      5L: in February of 28 days | 0 0 * 2 6L | 2026-01-01 | 2026-02-28 2027-02-27
    `),
  )('%s: %s', fires);
});

describe('nearest working days', () => {
  it.each(
    rowsOf(`
      W: a working day is itself | 0 0 15W 1 * | 2026-01-01 | 2026-01-15
      W: the Friday before a Saturday | 0 0 15W 8 * | 2026-01-01 | 2026-08-14
      W: the Monday after a Sunday | 0 0 15W 2 * | 2026-01-01 | 2026-02-16
      W: each month anew | 0 0 15W * * | 2026-01-01 | 2026-01-15 2026-02-16 2026-03-16 2026-04-15 2026-05-15
      W: the 1st on a Saturday stays in its month | 0 0 1W 8 * | 2026-01-01 | 2026-08-03
      W: the 1st on a Sunday | 0 0 1W 2 * | 2026-01-01 | 2026-02-02
      W: the last day on a Sunday stays in its month | 0 0 31W 5 * | 2026-01-01 | 2026-05-29
      W: the last day on a Saturday | 0 0 31W 1 * | 2026-01-01 | 2026-01-30
      W: the 31st comes in long months only | 0 0 31W * * | 2026-01-01 | 2026-01-30 2026-03-31 2026-05-29 2026-07-31
      W: the 30th does not come in February | 0 0 30W 1-3 * | 2026-01-01 | 2026-01-30 2026-03-30 2027-01-29
      W: the 28th of February on a Saturday | 0 0 28W 2 * | 2026-01-01 | 2026-02-27
      W: the 29th in leap years | 0 0 29W 2 * | 2026-01-01 | 2028-02-29 2032-02-27
      W: in a list | 0 0 1w,15w 2,3 * | 2026-01-01 | 2026-02-02 2026-02-16 2026-03-02 2026-03-16
      W: in a list with a day | 0 0 15W,16 8 * | 2026-01-01 | 2026-08-14 2026-08-16
      W: two that meet on one day | 0 0 14W,15W,16W 8 * | 2026-01-01 | 2026-08-14 2026-08-17 2027-08-13
      W: LW is the last working day | 0 0 LW * * | 2026-01-01 | 2026-01-30 2026-02-27 2026-03-31 2026-04-30 2026-05-29
      W: LW when the month ends on a Sunday | 0 0 LW 5 * | 2026-01-01 | 2026-05-29
      W: LW when the month ends on a Saturday | 0 0 LW 2 * | 2026-01-01 | 2026-02-27
      W: LW in a list | 0 0 1W,LW 5 * | 2026-01-01 | 2026-05-01 2026-05-29
      W: LW beside L | 0 0 L,LW 5 * | 2026-01-01 | 2026-05-29 2026-05-31
    `),
  )('%s: %s', fires);
});

describe('nth weekdays', () => {
  it.each(
    rowsOf(`
      #: the first Friday | 0 0 * * 5#1 | 2026-01-01 | 2026-01-02 2026-02-06 2026-03-06
      #: the second Friday | 0 0 * * 5#2 | 2026-01-01 | 2026-01-09 2026-02-13 2026-03-13
      #: the third Friday | 0 0 * * 5#3 | 2026-01-01 | 2026-01-16 2026-02-20 2026-03-20
      #: the fourth Friday | 0 0 * * 5#4 | 2026-01-01 | 2026-01-23 2026-02-27 2026-03-27
      #: the fifth Friday, which few months have | 0 0 * * 5#5 | 2026-01-01 | 2026-01-30 2026-05-29 2026-07-31
      #: Sunday as 0 | 0 0 * * 0#1 | 2026-01-01 | 2026-01-04 2026-02-01
      #: Sunday as 7 | 0 0 * * 7#5 | 2026-01-01 | 2026-03-29 2026-05-31 2026-08-30
      #: by word | 0 0 * * MON#1 | 2026-01-01 | 2026-01-05 2026-02-02
      #: in a list | 0 0 * * MON#1,FRI#3 | 2026-01-01 | 2026-01-05 2026-01-16 2026-02-02
      #: in a list with a weekday | 0 0 * * 2,FRI#3 | 2026-01-01 | 2026-01-06 2026-01-13 2026-01-16 2026-01-20
      #: beside the last one | 0 0 * * 1#1,1L | 2026-01-01 | 2026-01-05 2026-01-26 2026-02-02 2026-02-23
      #: in one month | 0 0 * 11 THU#4 | 2026-01-01 | 2026-11-26 2027-11-25 2028-11-23
      #: the fifth Monday of February | 0 0 * 2 1#5 | 2026-01-01 | 2044-02-29 2072-02-29 2112-02-29
      #: on the 1st itself | 0 0 * * THU#1 | 2026-01-01 | 2026-01-01 2026-02-05
    `),
  )('%s: %s', fires);
});

describe('both day fields', () => {
  it.each(
    rowsOf(`
      both day fields: either is enough | 0 0 13 * 5 | 2026-01-01 | 2026-01-02 2026-01-09 2026-01-13 2026-01-16 2026-01-23
      both day fields: a day that matches both is one occurrence | 0 0 13 * 5 | 2026-02-12 | 2026-02-13 2026-02-20 2026-02-27
      both day fields: a step is a restriction | 0 0 */2 * 5 | 2026-01-01 | 2026-01-01 2026-01-02 2026-01-03 2026-01-05 2026-01-07
      both day fields: a step of 1 is none | 0 0 */1 * 5 | 2026-01-01 | 2026-01-02 2026-01-09
      both day fields: nor for weekdays | 0 0 13 * */1 | 2026-01-01 | 2026-01-13 2026-02-13
      both day fields: all days by a range are a restriction | 0 0 1-31 * 5 | 2026-01-01 | 2026-01-01 2026-01-02 2026-01-03
      both day fields: all weekdays by a range are one too | 0 0 13 * 0-6 | 2026-01-01 | 2026-01-01 2026-01-02 2026-01-03
      both day fields: L or a weekday | 0 0 L * 1 | 2026-01-20 | 2026-01-26 2026-01-31 2026-02-02 2026-02-09
      both day fields: W or a weekday | 0 0 15W * 0 | 2026-02-01 | 2026-02-01 2026-02-08 2026-02-15 2026-02-16
      both day fields: a day or # | 0 0 1 * MON#2 | 2026-01-01 | 2026-01-01 2026-01-12 2026-02-01 2026-02-09
      both day fields: a day or 5L | 0 0 1 * 5L | 2026-01-01 | 2026-01-01 2026-01-30 2026-02-01 2026-02-27
      both day fields: the month counts for both | 0 0 1 3 1 | 2026-01-01 | 2026-03-01 2026-03-02 2026-03-09 2026-03-16
      both day fields: a date that never comes beside a weekday | 0 0 30 2 1 | 2026-01-01 | 2026-02-02 2026-02-09 2026-02-16
      both day fields: ? is no restriction | 0 0 13 * ? | 2026-01-01 | 2026-01-13 2026-02-13
    `),
  )('%s: %s', fires);
});

describe('days that not every month has', () => {
  it.each(
    rowsOf(`
      days: the 31st comes in long months only | 0 0 31 * * | 2026-01-01 | 2026-01-31 2026-03-31 2026-05-31 2026-07-31 2026-08-31
      days: the 30th does not come in February | 0 0 30 * * | 2026-01-01 | 2026-01-30 2026-03-30 2026-04-30
      days: the 29th of February | 0 0 29 2 * | 2026-01-01 | 2028-02-29 2032-02-29 2036-02-29
      days: no 29 February in 2100 | 0 0 29 2 * | 2093-01-01 | 2096-02-29 2104-02-29
      days: but one in 2000 | 0 0 29 2 * | 1997-01-01 | 2000-02-29
      days: the 29th in any month | 0 0 29 * * | 2027-01-30 | 2027-03-29 2027-04-29 2027-05-29
      days: the last second of a leap year | 59 59 23 31 12 * | 2028-01-01 | 2028-12-31T23:59:59
    `),
  )('%s: %s', fires);
});
