/**
 * How much later than its schedule says a job starts, in milliseconds from 0 up to, and without,
 * the spread: the same for all its occurrences, and even over jobs.
 * The seed goes through the finalizer of MurmurHash3 (Austin Appleby, public domain), so that
 * neighbouring seeds lie apart.
 */
export function spreadOffsetMs(seed: number, spreadSeconds: number): number {
  if (spreadSeconds === 0) return 0;
  let hash = seed ^ 0x5f356495;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash = (hash ^ (hash >>> 16)) >>> 0;
  return Math.floor((hash / 2 ** 32) * spreadSeconds * 1000);
}
