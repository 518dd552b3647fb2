import { WIDEST_SHIFT } from '../timeline.ts';
import type { TimeZone } from '../time-zone.ts';

/** By then every zone goes by its lasting rule. */
const RULED = Date.UTC(2040, 0, 1) / 1000;
const SHORTEST_SPAN = 2 * 86_400;

/**
 * Whether a zone is such as all have been since 1970, and as the search for instants takes for
 * granted: changes lie days apart, and no two offsets further than the widest shift.
 */
export function isPlausible(zone: TimeZone): boolean {
  const spans = Array.from({ length: zone.spanAt(RULED) + 1 }, (_, span) => span);
  const offsets = spans.map((span) => zone.offsetOf(span));
  return (
    Math.max(...offsets) - Math.min(...offsets) <= WIDEST_SHIFT &&
    spans.every((span) => zone.endOf(span) - zone.startOf(span) >= SHORTEST_SPAN)
  );
}
