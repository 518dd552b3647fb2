import { describe, expect, it } from '@jest/globals';
import { Pulse } from './pulse.ts';

describe('a pulse', () => {
  it('is the same on both sides of the memory', () => {
    const near = new Pulse();
    const far = new Pulse(near.memory);

    near.beat();
    near.beat();

    expect(far.beats).toBe(2);
  });

  it('tells once what was renewed, and the most that was kept at one time', () => {
    const near = new Pulse();
    const far = new Pulse(near.memory);

    for (const leases of [4, 3, 3]) far.addRenewal(leases);

    expect(near.takeRenewals()).toEqual({ renewals: 10, kept: 4 });
    expect(near.takeRenewals()).toEqual({ renewals: 0, kept: 0 });
  });
});
