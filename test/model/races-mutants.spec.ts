import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import '../support/quiet.ts';
import { MutatedPool, wanted } from './mutants/mutant.ts';
import { RACE_MUTANTS } from './mutants/race-mutants.ts';
import { breaches } from './races/laws.ts';
import { Race } from './races/race.ts';
import { aScenario } from './races/scenario.ts';
import { Theatre } from './races/theatre.ts';
import { report, SEED } from './settings.ts';

const MOST_ORDERS = 2_000;
const LIMIT_MS = 600_000;

describe('races find a service that', () => {
  let theatre: Theatre | undefined;

  afterEach(() => theatre?.close());

  it.each(wanted(RACE_MUTANTS))(
    '$name',
    async (mutant) => {
      const mutated = new MutatedPool(mutant);
      const opened = (theatre = await Theatre.open(mutated.disguise));

      const found = await fc.check(
        fc.asyncProperty(aScenario(), fc.scheduler(), async (scenario, scheduler) => {
          const evidence = await new Race(opened, scenario).run(scheduler);
          expect(breaches(evidence)).toEqual([]);
        }),
        { numRuns: MOST_ORDERS, seed: SEED, endOnFailure: true },
      );

      report(`mutant: ${mutant.name}`, { orders: found.numRuns, found: found.failed });
      expect(mutated.flaws).toEqual([]);
      expect(mutated.uses).toBeGreaterThan(0);
      expect(found.failed).toBe(true);
    },
    LIMIT_MS,
  );
});
