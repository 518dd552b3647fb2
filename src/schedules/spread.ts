import { mixBits } from './mix-bits.ts';

/** Sets the spread apart from what `H` draws by the same seed. */
const SALT = 0x5f356495;

/**
 * How much later than its schedule says a job starts, in milliseconds from 0 up to, and without,
 * the spread: the same for all its occurrences, and even over jobs.
 */
export function spreadOffsetMs(seed: number, spreadSeconds: number): number {
  if (spreadSeconds === 0) return 0;
  return Math.floor((mixBits(seed ^ SALT) / 2 ** 32) * spreadSeconds * 1000);
}
