import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import '../support/quiet.ts';
import { MutatedPool } from './mutants/mutant.ts';
import { RACE_MUTANTS } from './mutants/race-mutants.ts';
import { breaches } from './races/laws.ts';
import { Race } from './races/race.ts';
import { aScenario } from './races/scenario.ts';
import { Theatre } from './races/theatre.ts';

const ORDERS = Number(process.env.MUTANT_ORDERS ?? 400);
const SEED = Number(process.env.MODEL_SEED ?? 4_711);

describe('races find a service that', () => {
  it.each(RACE_MUTANTS)('$name', async (mutant) => {
    const mutated = new MutatedPool(mutant);
    const theatre = await Theatre.open(mutated.disguise);

    const details = await fc.check(
      fc.asyncProperty(aScenario(), fc.scheduler(), async (scenario, scheduler) => {
        const evidence = await new Race(theatre, scenario).run(scheduler);
        expect(breaches(evidence)).toEqual([]);
      }),
      { numRuns: ORDERS, seed: SEED, endOnFailure: true },
    );

    await theatre.close();
    if (process.env.SHOW) process.stderr.write(`${mutant.name}: ${details.failed} after ${details.numRuns}, used ${mutated.uses} ${String((details.errorInstance as Error)?.message).split('\n').filter((l) => /^ *[-+] /.test(l)).slice(0,6).join('\n')}\n`);
    expect(mutated.flaws).toEqual([]);
    expect(mutated.uses).toBeGreaterThan(0);
    expect(details.failed).toBe(true);
  }, 120_000);
});
