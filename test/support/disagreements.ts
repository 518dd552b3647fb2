import type { TimeZone } from '../../src/schedules/zones/time-zone.ts';

/** Where clocks are looked at: the first second of each span, and the last one. */
function edges(zone: TimeZone, from: number, to: number): number[] {
  const first = zone.spanAt(from);
  const spans = Array.from({ length: zone.spanAt(to) - first + 1 }, (_, index) => first + index);
  const starts = spans.map((span) => zone.startOf(span));
  return starts.flatMap((start) => [start - 1, start]).filter((at) => at >= from && at < to);
}

/** The instants around all changes of either zone at which they do not show the same time. */
export function disagreements(
  one: TimeZone,
  other: TimeZone,
  { from, to }: { from: string; to: string },
): string[] {
  const [start, end] = [Date.parse(from) / 1_000, Date.parse(to) / 1_000];
  return [start, ...edges(one, start, end), ...edges(other, start, end)]
    .filter((at) => one.offsetAt(at) !== other.offsetAt(at))
    .map((at) => `${one.name} ${new Date(at * 1_000).toISOString()}`);
}
