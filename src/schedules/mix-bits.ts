/**
 * Turns an integer into one of 32 bits that looks drawn by lot, from 0 to 2^32 - 1: each bit of
 * the result depends on all bits given, so that neighbours land far apart. One to one, stable for
 * ever. It is the finalizer of MurmurHash3 (Austin Appleby, public domain).
 */
export function mixBits(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
