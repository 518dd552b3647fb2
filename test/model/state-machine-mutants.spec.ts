import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import '../support/quiet.ts';
import { aSequence, perform } from './machine/sequence.ts';
import { System } from './machine/system.ts';
import { MACHINE_MUTANTS } from './mutants/machine-mutants.ts';
import { MutatedPool, wanted } from './mutants/mutant.ts';
import { MOST_STEPS, report, SEED } from './settings.ts';

const MOST_SEQUENCES = 1_000;
const LIMIT_MS = 300_000;

describe('the model finds a service that', () => {
  let system: System | undefined;

  afterEach(() => system?.close());

  it.each(wanted(MACHINE_MUTANTS))(
    '$name',
    async (mutant) => {
      const mutated = new MutatedPool(mutant);
      const opened = (system = await System.open(mutated.disguise));

      const found = await fc.check(
        fc.asyncProperty(aSequence(MOST_STEPS), (sequence) => perform(opened, sequence)),
        { numRuns: MOST_SEQUENCES, seed: SEED, endOnFailure: true },
      );

      report(`mutant: ${mutant.name}`, { sequences: found.numRuns, found: found.failed });
      expect(mutated.flaws).toEqual([]);
      expect(mutated.uses).toBeGreaterThan(0);
      expect(found.failed).toBe(true);
    },
    LIMIT_MS,
  );
});
