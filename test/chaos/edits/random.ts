const RANGE = 2 ** 32;

/** Chance that can be repeated: the same seed gives the same numbers. Marsaglia's xorshift. */
export class Random {
  private state: number;

  constructor(seed: number) {
    // Small seeds would begin with small numbers, and 0 would never leave itself.
    this.state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1;
  }

  /** From 0 up to, and without, 1. */
  next(): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) / RANGE;
  }

  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** True this often: 0 never, 1 always. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Error('There is nothing to pick from');
    return list[this.integer(0, list.length - 1)] as T;
  }

  /** One of them, each as often as its weight says. */
  pickWeighted<T extends { weight: number }>(list: readonly T[]): T {
    let rest = this.next() * list.reduce((sum, { weight }) => sum + weight, 0);
    const found = list.find(({ weight }) => (rest -= weight) < 0);
    return found ?? (list.at(-1) as T);
  }
}
