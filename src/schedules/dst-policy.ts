/**
 * What happens to a fixed local time when the clock is moved.
 * `gap`: the clock jumps over it: it moves on by the length of the gap, or is left out.
 * `overlap`: the clock shows it twice: the first, the second, or both count.
 */
export interface DstPolicy {
  gap: 'skip' | 'shift';
  overlap: 'first' | 'second' | 'both';
}

export const DEFAULT_DST: Readonly<DstPolicy> = Object.freeze({ gap: 'shift', overlap: 'first' });
