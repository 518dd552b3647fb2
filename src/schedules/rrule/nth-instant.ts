import type { SecondSchedule } from '../local/second-schedule.ts';

const FIRST_STRIDE = 3600;

/**
 * The second at which a schedule has had so many instants after a second; null when it has fewer
 * up to the limit. Strides ahead by doubling and comes back by halving: counts some stretches
 * instead of walking from instant to instant.
 */
export function nthInstant(
  schedule: SecondSchedule,
  nth: number,
  { after, limit }: { after: number; limit: number },
): number | null {
  let from = after;
  let left = nth;
  let stride = FIRST_STRIDE;
  let count = countWithin(schedule, from, Math.min(stride, limit - from));
  while (count < left) {
    from += stride;
    if (from >= limit) return null;
    left -= count;
    stride *= 2;
    count = countWithin(schedule, from, Math.min(stride, limit - from));
  }

  while (left > 1 && stride > 1) {
    stride = Math.ceil(stride / 2);
    count = countWithin(schedule, from, stride);
    if (count >= left) continue;
    from += stride;
    left -= count;
  }
  const found = schedule.next(new Date(from * 1000));
  return found && found.getTime() / 1000;
}

/** How many instants there are in so many seconds after a second. */
function countWithin(schedule: SecondSchedule, from: number, seconds: number): number {
  return schedule.count(new Date(from * 1000), new Date((from + seconds) * 1000));
}
