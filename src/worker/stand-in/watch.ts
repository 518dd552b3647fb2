/** How long what takes around a lease, in milliseconds. */
export interface Pace {
  /** Between two signs of life of the main thread, and between two looks at them. */
  beatMs: number;
  /** A silence that long is one too long. */
  silenceMs: number;
  /** Between two renewals. */
  renewalMs: number;
  /** The longest that one renewal may take. */
  limitMs: number;
}

const LONGEST_LIMIT_MS = 10_000;

/**
 * The main thread renews three times in a lease, the last time a third of a lease before a silence
 * at the worst. A sixth later somebody else takes over, and still has time for two renewals.
 */
export function paceOf(leaseMs: number): Pace {
  return {
    beatMs: leaseMs / 40,
    silenceMs: leaseMs / 6,
    renewalMs: leaseMs / 3,
    limitMs: Math.min(leaseMs / 6, LONGEST_LIMIT_MS),
  };
}

/** Says when somebody has to stand in: while there are no new beats, and at what intervals. */
export class Watch {
  private beats: number | undefined;
  private dueAt = Infinity;

  constructor(private readonly pace: Pace) {}

  /**
   * @param beats the signs of life so far.
   * @param nowMs by a monotonic clock.
   */
  isDue(beats: number, nowMs: number): boolean {
    if (beats !== this.beats) {
      this.beats = beats;
      this.dueAt = nowMs + this.pace.silenceMs;
    }
    return nowMs >= this.dueAt;
  }

  /** A renewal that has come about is not due again for a while; one that failed still is. */
  renewed(nowMs: number): void {
    this.dueAt = nowMs + this.pace.renewalMs;
  }
}
