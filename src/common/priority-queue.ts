/** Hands out the foremost first, whatever the order they came in. Takes O(log n) for each. */
export class PriorityQueue<T> {
  /** A binary heap: none goes before the one at half its index. */
  private readonly heap: T[] = [];

  constructor(private readonly goesBefore: (one: T, other: T) => boolean) {}

  get first(): T | undefined {
    return this.heap[0];
  }

  add(item: T): void {
    let index = this.heap.push(item) - 1;
    while (index > 0 && this.comesFirst(index, parentOf(index))) {
      index = this.swap(index, parentOf(index));
    }
  }

  take(): T | undefined {
    const first = this.heap[0];
    const last = this.heap.pop();
    if (last !== undefined && this.heap.length > 0) this.sink(last);
    return first;
  }

  private sink(item: T): void {
    this.heap[0] = item;
    let index = 0;
    for (;;) {
      const [left, right] = [2 * index + 1, 2 * index + 2];
      let foremost = this.comesFirst(left, index) ? left : index;
      if (this.comesFirst(right, foremost)) foremost = right;
      if (foremost === index) return;
      index = this.swap(index, foremost);
    }
  }

  /** False for an index beyond the last item. */
  private comesFirst(index: number, other: number): boolean {
    return (
      index < this.heap.length && this.goesBefore(this.heap[index] as T, this.heap[other] as T)
    );
  }

  /** Answers where the item at `index` is now. */
  private swap(index: number, other: number): number {
    const item = this.heap[index] as T;
    this.heap[index] = this.heap[other] as T;
    this.heap[other] = item;
    return other;
  }
}

function parentOf(index: number): number {
  return Math.floor((index - 1) / 2);
}
