import { describe, expect, it } from '@jest/globals';
import { TimeZone } from './time-zone.ts';
import { timeZone, timeZoneNames } from './time-zones.ts';
import type { Transitions } from './transitions.ts';
import { YearlyRule } from './yearly-rule.ts';

const UNTIL_2037 = Date.UTC(2038, 0, 1) / 1000;
const UNTIL_2200 = Date.UTC(2200, 0, 1) / 1000;

/** What the data say until an instant, as if they ended there. */
function listedUntil(zone: TimeZone, end: number): Transitions {
  const spans = Array.from({ length: zone.spanAt(end) + 1 }, (_, span) => span);
  return {
    starts: spans.map((span) => zone.startOf(span)),
    offsets: spans.map((span) => zone.offsetOf(span)),
  };
}

describe('the rule behind the end of the data', () => {
  it.each(['America/New_York', 'Europe/Dublin', 'America/Santiago', 'Africa/Cairo', 'Asia/Beirut'])(
    'continues a list of %s that ends in 2037 as the longer list does',
    (name) => {
      const zone = timeZone(name)!;
      const continued = new TimeZone(name, listedUntil(zone, UNTIL_2037));

      continued.spanAt(UNTIL_2200);

      expect(listedUntil(continued, UNTIL_2200)).toEqual(listedUntil(zone, UNTIL_2200));
    },
  );

  it('is found for every zone that still changes its clock in 2100', () => {
    const lost = timeZoneNames().filter((name) => {
      const zone = timeZone(name)!;
      const listed = listedUntil(zone, Date.UTC(2150, 0, 1) / 1000);
      return listed.starts.at(-1)! > Date.UTC(2100, 0, 1) / 1000 && !YearlyRule.behind(listed);
    });

    expect(lost).toEqual([]);
  });

  it('goes on beyond all lists', () => {
    const zone = timeZone('America/New_York')!;

    // 14 March 5002 is the second Sunday of its month, as the law of 2007 wants.
    const change = Date.UTC(5002, 2, 14, 7) / 1000;

    expect(new Date(change * 1000).getUTCDay()).toBe(0);
    expect([zone.offsetAt(change - 1), zone.offsetAt(change)]).toEqual([-18_000, -14_400]);
  });

  it('is not made up for a zone that has given up changing its clock', () => {
    const listed = listedUntil(timeZone('America/Mexico_City')!, UNTIL_2200);

    expect(YearlyRule.behind(listed)).toBeNull();
  });

  it('is not made up where the last years follow none', () => {
    const listed = listedUntil(timeZone('America/New_York')!, UNTIL_2037);
    const starts = listed.starts.map((start, index) => (index % 7 === 0 ? start + 86_400 : start));

    expect(YearlyRule.behind({ ...listed, starts })).toBeNull();
  });
});
