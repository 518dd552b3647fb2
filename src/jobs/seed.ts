import { createHash, randomInt } from 'node:crypto';

const SEEDS = 2 ** 31;

/**
 * The number from which `H` and the spread of a job derive. With a key it follows from the key, so
 * that a job that is made anew, or elsewhere, keeps its times; without one it is drawn.
 */
export function newSeed(key: string | null): number {
  if (key === null) return randomInt(SEEDS);
  return createHash('sha256').update(key).digest().readUInt32BE() % SEEDS;
}
