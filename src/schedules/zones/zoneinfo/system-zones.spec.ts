import { describe, expect, it } from '@jest/globals';
import { disagreements } from '../../../../test/support/disagreements.ts';
import { packagedZones } from '../packaged-zones.ts';
import { readZoneinfo } from './zoneinfo.ts';

const ALL_TIMES = { from: '1970-01-01T00:00:00Z', to: '2200-01-01T00:00:00Z' };

/**
 * Debian keeps what these were: rules of their own. Since 2024b the IANA data make them links to
 * Europe/Athens and Europe/Lisbon, whose clocks went another way until 1996.
 */
const FORMER_RULES = /^[EW]ET 19([78]\d|9[0-6])-/;

const system = await readZoneinfo('/usr/share/zoneinfo').catch(() => null);
const isSameRelease = system?.data.version === packagedZones.version;

describe('the zone data of the system', () => {
  const ifSame = isSameRelease ? it : it.skip;

  ifSame('have the same zones as the package, of the same release', () => {
    expect(system?.data.names).toEqual(packagedZones.names);
    expect(system?.leftOut).toEqual([]);
  });

  ifSame('agree with the package around every change, by list and by rule', () => {
    const wrong = packagedZones.names.flatMap((name) =>
      disagreements(system!.data.zone(name)!, packagedZones.zone(name)!, ALL_TIMES),
    );

    expect(wrong.filter((text) => !FORMER_RULES.test(text))).toEqual([]);
  });

  ifSame.each([
    ['America/Vancouver', '2026-11-15T00:00:00Z', -7],
    ['America/Vancouver', '2027-01-15T00:00:00Z', -7],
    ['America/Edmonton', '2026-11-15T00:00:00Z', -6],
    ['Africa/Casablanca', '2026-11-15T00:00:00Z', 0],
    ['Africa/Casablanca', '2027-07-15T00:00:00Z', 0],
  ])('and the package put %s at %s on %d hours', (name, instant, hours) => {
    const offsets = [system!.data, packagedZones].map((data) =>
      data.zone(name)!.offsetAt(Date.parse(instant) / 1_000),
    );

    expect(offsets).toEqual([hours * 3_600, hours * 3_600]);
  });
});
