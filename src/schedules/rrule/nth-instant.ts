import type { Schedule } from '../schedule.ts';

/** 9999-12-31T23:59:59Z. */
const LAST_MS = 253_402_300_799_000;
const FIRST_STRIDE_MS = 3_600_000;

/**
 * The instant of a schedule with so many instants between `after` and itself, itself included;
 * null when there are fewer. Strides ahead by doubling and comes back by halving: counts some
 * stretches instead of walking from instant to instant.
 */
export function nthInstant(schedule: Schedule, after: Date, nth: number): Date | null {
  let from = after.getTime();
  let left = nth;
  let stride = FIRST_STRIDE_MS;
  for (let count = 0; from < LAST_MS; from += stride, left -= count, stride *= 2) {
    count = schedule.count(new Date(from), new Date(Math.min(LAST_MS, from + stride)));
    if (count >= left) break;
  }
  if (from >= LAST_MS) return null;

  // What is looked for lies within the stride; whole seconds are fine enough.
  while (left > 1 && stride > 1000) {
    stride = Math.ceil(stride / 2);
    const count = schedule.count(new Date(from), new Date(from + stride));
    if (count >= left) continue;
    from += stride;
    left -= count;
  }
  return schedule.next(new Date(from));
}
