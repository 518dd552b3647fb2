import { beforeEach, describe, expect, it } from '@jest/globals';
import { paceOf, Watch } from './watch.ts';

const LEASE_MS = 6_000;
const { beatMs, silenceMs, renewalMs } = paceOf(LEASE_MS);

describe('a watch over the main thread', () => {
  let watch: Watch;

  beforeEach(() => {
    watch = new Watch(paceOf(LEASE_MS));
    watch.isDue(1, 0);
  });

  it('finds nothing to do while there are signs of life', () => {
    const looks = Array.from({ length: 1_000 }, (_, look) => watch.isDue(look, look * beatMs));

    expect(looks).not.toContain(true);
  });

  it('finds something to do when there has been none for a while', () => {
    expect(watch.isDue(1, silenceMs - 1)).toBe(false);
    expect(watch.isDue(1, silenceMs)).toBe(true);
  });

  it('says so until it has been done, and then again in time', () => {
    expect(watch.isDue(1, silenceMs)).toBe(true);
    expect(watch.isDue(1, silenceMs + beatMs)).toBe(true);

    watch.renewed(silenceMs + beatMs);

    expect(watch.isDue(1, silenceMs + renewalMs)).toBe(false);
    expect(watch.isDue(1, silenceMs + renewalMs + beatMs)).toBe(true);
  });

  it('ends with the first sign of life, and begins anew', () => {
    expect(watch.isDue(1, silenceMs)).toBe(true);

    expect(watch.isDue(2, silenceMs)).toBe(false);
    expect(watch.isDue(2, 2 * silenceMs)).toBe(true);
  });

  it.each([1_000, 15_000, 600_000])('leaves time for two renewals in a lease of %d ms', (lease) => {
    const pace = paceOf(lease);
    // A block begins when the main thread was just about to renew, and after two late looks.
    const firstMs = pace.renewalMs + pace.silenceMs + 2 * pace.beatMs;

    expect(firstMs + pace.renewalMs).toBeLessThan(0.9 * lease);
    // The second one may have to make up for a first one that got no answer.
    expect(firstMs + pace.limitMs + pace.beatMs).toBeLessThan(0.8 * lease);
  });
});
