/** The lowest set bit of a word that is not zero. */
export function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/** The highest set bit of a word that is not zero. */
export function highestBit(word: number): number {
  return 31 - Math.clz32(word);
}

/** How many bits of a word are set. */
export function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return (((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

/** An immutable set of numbers from 0 to 63, two words wide; every question is a few bit moves. */
export class ValueSet {
  readonly size: number;

  private constructor(
    private readonly low: number,
    private readonly high: number,
  ) {
    this.size = bitCount(low) + bitCount(high);
  }

  static of(values: Iterable<number>): ValueSet {
    let low = 0;
    let high = 0;
    for (const value of values) {
      if (value < 32) low |= 1 << value;
      else high |= 1 << (value - 32);
    }
    return new ValueSet(low, high);
  }

  has(value: number): boolean {
    return (((value < 32 ? this.low : this.high) >>> (value & 31)) & 1) === 1;
  }

  /** The smallest member that is at least `value`, or -1. Up to 64 may be asked for. */
  next(value: number): number {
    if (value > 63) return -1;
    if (value > 31) {
      const rest = this.high & (-1 << (value - 32));
      return rest === 0 ? -1 : lowestBit(rest) + 32;
    }
    const rest = this.low & (-1 << value);
    if (rest !== 0) return lowestBit(rest);
    return this.high === 0 ? -1 : lowestBit(this.high) + 32;
  }

  /** The largest member that is at most `value`, or -1. From -1 on may be asked for. */
  previous(value: number): number {
    if (value < 0) return -1;
    if (value < 32) {
      const rest = this.low & (-1 >>> (31 - value));
      return rest === 0 ? -1 : highestBit(rest);
    }
    const rest = this.high & (-1 >>> (63 - value));
    if (rest !== 0) return highestBit(rest) + 32;
    return this.low === 0 ? -1 : highestBit(this.low);
  }

  /** How many members are smaller than `value`. Up to 64 may be asked for. */
  rank(value: number): number {
    if (value > 63) return this.size;
    if (value < 32) return bitCount(this.low & ~(-1 << value));
    return bitCount(this.low) + bitCount(this.high & ~(-1 << (value - 32)));
  }

  /** The member with so many smaller ones; there has to be one. */
  at(rank: number): number {
    let value = this.next(0);
    for (let left = rank; left > 0; left -= 1) value = this.next(value + 1);
    return value;
  }
}
