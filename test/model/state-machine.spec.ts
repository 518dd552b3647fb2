import { afterAll, beforeAll, describe, it } from '@jest/globals';
import fc from 'fast-check';
import '../support/quiet.ts';
import { aSequence, perform } from './machine/sequence.ts';
import { System } from './machine/system.ts';

const SEQUENCES = Number(process.env.MODEL_SEQUENCES ?? 50);
const SEED = Number(process.env.MODEL_SEED ?? 4_711);
const COMMANDS = 100;

describe('the state machine', () => {
  let system: System;

  beforeAll(async () => {
    system = await System.open();
  });
  afterAll(() => system.close());

  it('keeps the ledger that the rules foretell', async () => {
    const t0 = performance.now();
    let n = 0;
    await fc.assert(
      fc.asyncProperty(aSequence(COMMANDS), (sequence) => (n++, perform(system, sequence))),
      { numRuns: SEQUENCES, seed: SEED, endOnFailure: !process.env.SHRINK },
    ).finally(() => process.stderr.write(`${n} ${(performance.now() - t0) / n} ms\n`));
  }, 600_000);
});
