/** Tells which of the batches in one fetched response belong to aborted transactions, as Kafka's own consumer does. */

export interface AbortedTransaction {
  readonly producerId: number;
  /** Offset of the transaction's first record in this partition. */
  readonly firstOffset: number;
}

/**
 * The broker lists, with every fetch, the aborted transactions that reach into it, in the order in which they *ended*.
 * A transaction counts from its first offset to its abort marker; several of one producer may follow each other, and
 * those of different producers overlap. So: by first offset they enter a set of producers, by marker they leave it.
 * One filter serves one response, batches in offset order.
 */
export class AbortedFilter {
  /** By first offset, next one last. */
  private readonly ahead: AbortedTransaction[];
  private readonly open = new Set<number>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.ahead = [...aborted].sort((a, b) => b.firstOffset - a.firstOffset);
  }

  /** Lets the transactions begin that do so up to this offset, the last one of a batch. */
  reach(offset: number): void {
    for (let next = this.ahead.at(-1); next !== undefined && next.firstOffset <= offset; next = this.ahead.at(-1)) {
      this.open.add(next.producerId);
      this.ahead.pop();
    }
  }

  /** A control batch of this producer. Call `reach` before. */
  passMarker(producerId: number, abort: boolean): void {
    if (abort) this.open.delete(producerId);
  }

  /** Whether a transactional batch of this producer is to be skipped. Call `reach` before. */
  hides(producerId: number): boolean {
    return this.open.has(producerId);
  }
}
