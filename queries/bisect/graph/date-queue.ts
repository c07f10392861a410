/**
 * A heap that gives the newest node first (by other dates before these where there are such), and the one put in
 * first among those of the same second.
 */
export class DateQueue {
  private readonly dates: Float64Array;
  private readonly foremost: Float64Array;
  private readonly heap: number[] = [];
  private readonly arrival = new Map<number, number>();
  private arrivals = 0;

  constructor(dates: Float64Array, foremost: Float64Array = dates) {
    this.dates = dates;
    this.foremost = foremost;
  }

  peek(): number | undefined {
    return this.heap[0];
  }

  push(node: number): void {
    this.arrival.set(node, this.arrivals++);
    const heap = this.heap;
    let at = heap.length;
    heap.push(node);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.before(node, heap[above]!)) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = node;
  }

  pop(): number | undefined {
    const heap = this.heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && this.before(heap[below + 1]!, heap[below]!)) below++;
      if (!this.before(heap[below]!, last)) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = last;
    return top;
  }

  private before(a: number, b: number): boolean {
    const difference = this.foremost[b]! - this.foremost[a]! || this.dates[b]! - this.dates[a]!;
    return difference === 0 ? this.arrival.get(a)! < this.arrival.get(b)! : difference < 0;
  }
}
