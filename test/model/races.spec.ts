import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import '../support/quiet.ts';
import { breaches } from './races/laws.ts';
import { Race } from './races/race.ts';
import { aScenario } from './races/scenario.ts';
import { Tally } from './races/tally.ts';
import { Theatre } from './races/theatre.ts';
import { isThorough, ORDERS, PATH, report, SEED } from './settings.ts';

/** A failure is made smaller for as long as this leaves. */
const LIMIT_MS = 300_000 + ORDERS * 1_000;

describe('races between workers, schedulers and clients', () => {
  let theatre: Theatre;

  beforeAll(async () => {
    theatre = await Theatre.open();
  });
  afterAll(() => theatre.close());

  it(
    'break no law, whatever the order of their statements',
    async () => {
      const tally = new Tally();
      await fc.assert(
        fc.asyncProperty(aScenario(), fc.scheduler(), async (scenario, scheduler) => {
          const evidence = await new Race(theatre, scenario).run(scheduler);
          tally.add(evidence);
          expect(breaches(evidence)).toEqual([]);
        }),
        { numRuns: ORDERS, seed: SEED, path: PATH },
      );

      report('races', { orders: ORDERS, ...tally.figures, waits: theatre.stage.waits });
      expect(isThorough(ORDERS) ? tally.unseen : []).toEqual([]);
    },
    LIMIT_MS,
  );
});
