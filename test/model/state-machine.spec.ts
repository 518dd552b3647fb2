import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import '../support/quiet.ts';
import { aSequence, perform } from './machine/sequence.ts';
import { System } from './machine/system.ts';
import { isThorough, MOST_STEPS, PATH, report, SEED, SEQUENCES } from './settings.ts';

/** A failure is made smaller for as long as this leaves. */
const LIMIT_MS = 300_000 + SEQUENCES * 1_000;

/** All that the state of a job or a run can stand against. */
const CONFLICTS = [
  '409 JOB_COMPLETED',
  '409 JOB_DELETED',
  '409 JOB_IN_CHAIN',
  '409 JOB_KEY_TAKEN',
  '409 RUN_COVERS_RANGE',
  '409 RUN_FINISHED',
  '409 RUN_NOT_FINISHED',
];

describe('the service, whatever happens to its jobs', () => {
  let system: System;

  beforeAll(async () => {
    system = await System.open();
  });
  afterAll(() => system.close());

  it(
    'keeps the ledger that the rules foretell, and refuses what they forbid',
    async () => {
      await fc.assert(
        fc.asyncProperty(aSequence(MOST_STEPS), (sequence) => perform(system, sequence)),
        { numRuns: SEQUENCES, seed: SEED, path: PATH },
      );

      const { tally } = system;
      report('state machine', { sequences: SEQUENCES, ...tally });
      const unmet = CONFLICTS.filter((conflict) => !(conflict in tally.answers));
      expect(isThorough(SEQUENCES) ? unmet : []).toEqual([]);
    },
    LIMIT_MS,
  );
});
