/**
 * The positions that BYSETPOS picks out of a set: from 1, and from -1 backwards from the end.
 * Members of a set are told by their rank, which begins with 0.
 */
export class SetPositions {
  /** The answer before, as most sets of a rule are of one size. */
  private known: { size: number; ranks: readonly number[] } = { size: 0, ranks: [] };

  constructor(private readonly positions: ReadonlySet<number>) {}

  /** Whether anything is picked out of a set of `size` members. */
  picksFrom(size: number): boolean {
    return this.ranks(size).length > 0;
  }

  /** The first picked rank from `rank` on in a set of `size` members, or -1. */
  next(rank: number, size: number): number {
    return this.ranks(size)[this.count(rank, size)] ?? -1;
  }

  /** The last picked rank up to `rank` in a set of `size` members, or -1. */
  previous(rank: number, size: number): number {
    return this.ranks(size)[this.count(rank + 1, size) - 1] ?? -1;
  }

  /** How many picked ranks before `rank` there are in a set of `size` members. */
  count(rank: number, size: number): number {
    const ranks = this.ranks(size);
    let [low, high] = [0, ranks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ranks[middle]! < rank) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** All picked ranks in a set of `size` members, in order. */
  ranks(size: number): readonly number[] {
    if (this.known.size === size) return this.known.ranks;
    const ranks = new Set<number>();
    for (const position of this.positions) {
      const rank = position > 0 ? position - 1 : size + position;
      if (rank >= 0 && rank < size) ranks.add(rank);
    }
    this.known = { size, ranks: [...ranks].sort((a, b) => a - b) };
    return this.known.ranks;
  }
}
