/** What a caching store holds back: one entry a key, in the order of last updates, each with the record it came from. */
import type { Headers } from '../../../record/headers.js';
import type { RecordContext } from '../../../record/record-context.js';
import { Pending, type Cell } from './cell.js';

/** Kafka Streams counts these for an entry besides key, value, topic and headers: pointers, dirty flag, time, offset, partition. */
const ENTRY_BYTES = 24 + 1 + 8 + 8 + 4;

export class EmissionQueue<C extends Cell> {
  private head: Pending<C> | null = null;
  private tail: Pending<C> | null = null;
  /** As Kafka Streams sizes it. */
  bytes = 0;

  get empty(): boolean {
    return this.head === null;
  }

  /** Notes an update of a cell and moves it to the end. `base` counts only for the first update since the last emission. */
  touch(cell: C, base: unknown, context: RecordContext, keyBytes: number, valueBytes: number): void {
    let pending = cell.pending as Pending<C> | null;
    if (pending === null) {
      pending = new Pending(cell, base);
      cell.pending = pending;
      this.append(pending);
    } else if (pending !== this.tail) {
      this.unlink(pending);
      this.append(pending);
    }
    pending.topic = context.topic;
    pending.partition = context.partition;
    pending.offset = context.offset;
    pending.timestamp = context.timestamp;
    pending.headers = context.headers;
    const size =
      ENTRY_BYTES +
      keyBytes +
      valueBytes +
      (context.topic?.length ?? 0) +
      (context.headers.length && headerBytes(context.headers));
    this.bytes += size - pending.size;
    pending.size = size;
  }

  /** Takes one cell out, without emitting it. */
  drop(cell: C): void {
    const pending = cell.pending as Pending<C> | null;
    if (pending === null) return;
    cell.pending = null;
    this.unlink(pending);
    this.bytes -= pending.size;
  }

  /** Takes everything out; from now on the cells may be noted anew. */
  take(): Pending<C>[] {
    const taken: Pending<C>[] = [];
    for (let pending = this.head; pending !== null; pending = pending.next) {
      pending.value = pending.cell.value;
      pending.valueTimestamp = pending.cell.timestamp;
      pending.cell.pending = null;
      taken.push(pending);
    }
    this.clear();
    return taken;
  }

  clear(): void {
    this.head = null;
    this.tail = null;
    this.bytes = 0;
  }

  private append(pending: Pending<C>): void {
    pending.previous = this.tail;
    pending.next = null;
    if (this.tail === null) this.head = pending;
    else this.tail.next = pending;
    this.tail = pending;
  }

  private unlink(pending: Pending<C>): void {
    if (pending.previous === null) this.head = pending.next;
    else pending.previous.next = pending.next;
    if (pending.next === null) this.tail = pending.previous;
    else pending.next.previous = pending.previous;
  }
}

function headerBytes(headers: Headers): number {
  let bytes = 0;
  for (const [key, value] of headers) bytes += key.length + (value?.length ?? 0);
  return bytes;
}
