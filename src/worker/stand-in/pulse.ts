const BEATS = 0;
const RENEWALS = 1;
const KEPT = 2;
const WORDS = 3;

/** What was done in the place of the main thread. */
export interface Renewals {
  /** Leases that were renewed; one that was renewed twice counts twice. */
  renewals: number;
  /** The most leases that were kept at one time. */
  kept: number;
}

/**
 * What the main thread and its stand-in tell each other: a few numbers in memory that both of them
 * see, so that it works also while one of them stands still.
 */
export class Pulse {
  private readonly words: Int32Array;

  constructor(readonly memory = new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT)) {
    this.words = new Int32Array(memory);
  }

  /** How often the main thread has said that it is alive. Begins anew after 2^32 times. */
  get beats(): number {
    return Atomics.load(this.words, BEATS);
  }

  beat(): void {
    Atomics.add(this.words, BEATS, 1);
  }

  /** The stand-in has renewed so many leases at once. */
  addRenewal(leases: number): void {
    Atomics.add(this.words, RENEWALS, leases);
    Atomics.store(this.words, KEPT, Math.max(leases, Atomics.load(this.words, KEPT)));
  }

  /** What was renewed since this was last asked. */
  takeRenewals(): Renewals {
    return {
      renewals: Atomics.exchange(this.words, RENEWALS, 0),
      kept: Atomics.exchange(this.words, KEPT, 0),
    };
  }
}
