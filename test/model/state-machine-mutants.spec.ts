import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import '../support/quiet.ts';
import { aSequence, perform } from './machine/sequence.ts';
import { System } from './machine/system.ts';
import { MACHINE_MUTANTS } from './mutants/machine-mutants.ts';
import { MutatedPool } from './mutants/mutant.ts';

const SEQUENCES = Number(process.env.MUTANT_SEQUENCES ?? 60);
const SEED = Number(process.env.MODEL_SEED ?? 4_711);

describe('the model of the state machine finds a service that', () => {
  it.each(MACHINE_MUTANTS)('$name', async (mutant) => {
    const mutated = new MutatedPool(mutant);
    const system = await System.open(mutated.disguise);

    const details = await fc.check(
      fc.asyncProperty(aSequence(100), (sequence) => perform(system, sequence)),
      { numRuns: SEQUENCES, seed: SEED, endOnFailure: true },
    );

    await system.close();
    if (process.env.SHOW) process.stderr.write(`${mutant.name}: ${details.failed} after ${details.numRuns}, used ${mutated.uses} ${String((details.errorInstance as Error)?.message).split('\n').filter((l) => /^ *[-+] /.test(l)).slice(0,6).join('\n')}\n`);
    expect(mutated.flaws).toEqual([]);
    expect(mutated.uses).toBeGreaterThan(0);
    expect(details.failed).toBe(true);
  }, 120_000);
});
