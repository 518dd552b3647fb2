import { describe, expect, it } from '@jest/globals';
import { aScenario } from '../../test/support/a-scenario.ts';
import { Simulation } from './simulation.ts';
import { countsOf } from './summary.ts';

describe('the summary of a ledger', () => {
  it('counts occurrences by status and reason, those of a range each', () => {
    const simulation = new Simulation(
      aScenario({
        outages: [{ from: new Date('2026-11-24T09:01:30Z'), to: new Date('2026-11-24T09:07:30Z') }],
        durations: [70_000, 1_000],
        job: { timeoutMs: 600_000 },
      }),
    );
    while (!simulation.advance(1_000));

    expect(countsOf(simulation.runs)).toEqual([
      { status: 'skipped', reason: 'missed', count: 5 },
      { status: 'succeeded', reason: null, count: 3 },
      { status: 'skipped', reason: 'overlap', count: 2 },
      { status: 'running', reason: null, count: 1 },
    ]);
  });

  it('is empty for an empty one', () => {
    expect(countsOf([])).toEqual([]);
  });
});
