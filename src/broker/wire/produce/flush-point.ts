/** A flush under way: what it waits for, and the offsets that it will tell. */
import type { FlushedOffsets } from '../../port.js';
import type { QueueOwner } from './queue-owner.js';

export class FlushPoint implements FlushedOffsets {
  private readonly offsets = new Map<string, Map<number, number>>();
  private waitingFor = 0;
  private resolve!: (offsets: FlushedOffsets) => void;
  private reject!: (error: Error) => void;
  readonly done: Promise<FlushedOffsets>;

  /** @param writer whose flush it is; null: of everything */
  constructor(readonly writer: QueueOwner | null) {
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  lastOffset(topic: string, partition: number): number {
    return this.offsets.get(topic)?.get(partition) ?? -1;
  }

  /** One more partition whose last batch has to be acknowledged. */
  expect(): void {
    this.waitingFor++;
  }

  /** A partition that has nothing under way. */
  tell(topic: string, partition: number, lastOffset: number): void {
    const inTopic = this.offsets.get(topic);
    if (inTopic === undefined) this.offsets.set(topic, new Map([[partition, lastOffset]]));
    else inTopic.set(partition, lastOffset);
  }

  /** A partition that was expected. */
  arrive(topic: string, partition: number, lastOffset: number): void {
    this.tell(topic, partition, lastOffset);
    this.waitingFor--;
    this.resolveWhenComplete();
  }

  /** To be called once all expected ones are known, too: nothing may be under way at all. */
  resolveWhenComplete(): void {
    if (this.waitingFor === 0) this.resolve(this);
  }

  fail(error: Error): void {
    this.reject(error);
  }
}
