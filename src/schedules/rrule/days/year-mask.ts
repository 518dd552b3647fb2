import { bitCount, highestBit, lowestBit } from '../../cron/value-set.ts';

const WORDS = 12;

/** Days of one year, one bit for each; day 0 is 1 January. */
export class YearMask {
  readonly size: number;
  private readonly words = new Int32Array(WORDS);

  constructor(days: Iterable<number>) {
    for (const day of days) this.words[day >> 5]! |= 1 << (day & 31);
    this.size = this.words.reduce((sum, word) => sum + bitCount(word), 0);
  }

  has(day: number): boolean {
    return ((this.word(day >> 5) >>> (day & 31)) & 1) === 1;
  }

  /** The first day of the set from `day` on, or -1. */
  next(day: number): number {
    let index = day >> 5;
    let word = this.word(index) & (-1 << (day & 31));
    while (word === 0) {
      index += 1;
      if (index >= WORDS) return -1;
      word = this.word(index);
    }
    return index * 32 + lowestBit(word);
  }

  /** The last day of the set up to `day`, or -1. */
  previous(day: number): number {
    let index = day >> 5;
    let word = this.word(index) & (-1 >>> (31 - (day & 31)));
    while (word === 0) {
      index -= 1;
      if (index < 0) return -1;
      word = this.word(index);
    }
    return index * 32 + highestBit(word);
  }

  /** How many days of the set come before `day`. */
  rank(day: number): number {
    const last = day >> 5;
    let count = bitCount(this.word(last) & ~(-1 << (day & 31)));
    for (let index = 0; index < last; index += 1) count += bitCount(this.word(index));
    return count;
  }

  /** The day with so many days of the set before it; there has to be one. */
  at(rank: number): number {
    let index = 0;
    let left = rank;
    for (let size = bitCount(this.word(0)); size <= left; size = bitCount(this.word(index))) {
      left -= size;
      index += 1;
    }
    let word = this.word(index);
    for (; left > 0; left -= 1) word &= word - 1;
    return index * 32 + lowestBit(word);
  }

  private word(index: number): number {
    return this.words[index]!;
  }
}
