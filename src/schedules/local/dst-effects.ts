import type { ZonedSchedule } from './zoned-schedule.ts';

/** A listed local time that a change of the clock moves, drops, or shows twice. */
export interface DstEffect {
  /** Local seconds since 1970, as listed. */
  readonly localTime: number;
  readonly effect: 'moved' | 'dropped' | 'repeated';
  /** How far the clock is moved, in seconds; positive forwards. */
  readonly shift: number;
}

/**
 * The first listed time that each change of the clock between two instants (seconds since 1970)
 * touches. Empty for schedules that go by elapsed time.
 */
export function dstEffects(schedule: ZonedSchedule, from: number, to: number): DstEffect[] {
  const { times, timeline } = schedule;
  const { zone, dst } = timeline;
  const effects: DstEffect[] = [];
  if (!dst) return effects;
  for (let span = zone.spanAt(from); zone.endOf(span) <= to; span = zone.spanAt(zone.endOf(span))) {
    const change = zone.endOf(span);
    const before = zone.offsetOf(span);
    const shift = zone.offsetOf(span + 1) - before;
    const localTime = times.next(change + before + Math.min(shift, 0));
    if (localTime < change + before + Math.max(shift, 0)) {
      const inGap = dst.gap === 'shift' ? 'moved' : 'dropped';
      effects.push({ localTime, effect: shift > 0 ? inGap : 'repeated', shift });
    }
  }
  return effects;
}
