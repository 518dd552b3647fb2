/**
 * The positions that BYSETPOS picks out of a set: from 1, and from -1 backwards from the end.
 * Members of a set are told by their rank, which begins with 0.
 */
export class SetPositions {
  private readonly fromStart: readonly number[];
  private readonly fromEnd: readonly number[];

  constructor(private readonly positions: ReadonlySet<number>) {
    this.fromStart = [...positions].filter((position) => position > 0);
    this.fromEnd = [...positions].filter((position) => position < 0);
  }

  /** Whether anything is picked out of a set of `size` members. */
  picksFrom(size: number): boolean {
    return [...this.positions].some((position) => Math.abs(position) <= size);
  }

  /** The first picked rank from `rank` on in a set of `size` members, or -1. */
  next(rank: number, size: number): number {
    const found = this.ranks(size).filter((each) => each >= rank);
    return found.length > 0 ? Math.min(...found) : -1;
  }

  /** The last picked rank up to `rank` in a set of `size` members, or -1. */
  previous(rank: number, size: number): number {
    return Math.max(-1, ...this.ranks(size).filter((each) => each <= rank));
  }

  /** How many picked ranks before `rank` there are in a set of `size` members. */
  count(rank: number, size: number): number {
    return this.ranks(size).filter((each) => each < rank).length;
  }

  /** All picked ranks in a set of `size` members, each once, in no order. */
  ranks(size: number): number[] {
    const fromStart = this.fromStart.filter((position) => position <= size);
    const fromEnd = this.fromEnd.filter(
      (position) => position >= -size && !this.positions.has(size + position + 1),
    );
    return [
      ...fromStart.map((position) => position - 1),
      ...fromEnd.map((position) => size + position),
    ];
  }
}
