import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import '../support/quiet.ts';
import { breaches } from './races/laws.ts';
import { Race } from './races/race.ts';
import { aScenario } from './races/scenario.ts';
import { Theatre } from './races/theatre.ts';

const ORDERS = Number(process.env.MODEL_ORDERS ?? 300);
const SEED = Number(process.env.MODEL_SEED ?? 4_711);

describe('races', () => {
  let theatre: Theatre;

  beforeAll(async () => {
    theatre = await Theatre.open();
  });
  afterAll(() => theatre.close());

  it('break no law, whatever the order', async () => {
    const t0 = performance.now();
    let n = 0;
    await fc.assert(
      fc.asyncProperty(aScenario(), fc.scheduler(), async (scenario, scheduler) => {
        n++;
        const evidence = await new Race(theatre, scenario).run(scheduler);
        expect(breaches(evidence)).toEqual([]);
      }),
      { numRuns: ORDERS, seed: SEED, endOnFailure: !process.env.SHRINK },
    ).finally(() => process.stderr.write(`${n} ${(performance.now() - t0) / n} ms\n`));
  }, 600_000);
});
