/** The order in which held changes leave: by time, then by key bytes. A binary heap, as only the first one ever leaves. */
import type { HeldChange } from './held-change.js';

export class HeldChangeQueue {
  private heap: HeldChange[] = [];

  get first(): HeldChange | undefined {
    return this.heap[0];
  }

  add(change: HeldChange): void {
    const { heap } = this;
    let at = heap.length;
    heap.push(change);
    while (at > 0) {
      const above = (at - 1) >>> 1;
      const parent = heap[above] as HeldChange;
      if (!earlier(change, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = change;
  }

  removeFirst(): void {
    const { heap } = this;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      const right = below + 1;
      if (right < heap.length && earlier(heap[right] as HeldChange, heap[below] as HeldChange)) below = right;
      const child = heap[below] as HeldChange;
      if (!earlier(child, last)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
  }

  clear(): void {
    this.heap = [];
  }
}

function earlier(one: HeldChange, other: HeldChange): boolean {
  return one.time === other.time ? one.byteText < other.byteText : one.time < other.time;
}
