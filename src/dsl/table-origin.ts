/** What a table comes from: whether it has a store, how its values are read, and what happens when somebody needs old values. */
import type { StoreSpec, VersionedSpec } from '../store/spec.js';
import type { TableRead } from '../topology/operators.js';

/** Kafka Streams: the processor supplier of a `KTableImpl`. */
export interface TableOrigin {
  /** Whether the values that changes replace are sent along. */
  readonly sendsOldValues: boolean;
  /** The store of the table as it is known by now; null when it has none. */
  readonly store: StoreSpec | null;
  /** Its changes say whether they are the latest of their key, and that counts. */
  readonly versioned: boolean;
  /** The store that tells what a row was at a time; null where only the current row can be read. */
  readonly history: VersionedSpec | null;
  /**
   * Somebody downstream wants old values. With `force`, a table without a store gets one if that is what it takes.
   * @returns whether they will be sent
   */
  requestOldValues(force: boolean): boolean;
  /** How to read the current value of a key. Gives a source table a store. */
  read(): TableRead;
}

/** A table read from a topic or made of a stream: it gets a store when it is named or when somebody needs it. */
export class SourceOrigin implements TableOrigin {
  sendsOldValues = false;
  private materialized: boolean;

  constructor(
    private readonly spec: StoreSpec,
    named: boolean,
  ) {
    this.materialized = named;
  }

  get store(): StoreSpec | null {
    return this.materialized ? this.spec : null;
  }

  get versioned(): boolean {
    return this.spec.kind === 'versioned';
  }

  get history(): VersionedSpec | null {
    return historyIn(this.spec);
  }

  requestOldValues(force: boolean): boolean {
    if (!force && !this.materialized) return false;
    this.sendsOldValues = true;
    this.materialized = true;
    return true;
  }

  read(): TableRead {
    this.materialized = true;
    return { kind: 'store', store: this.spec.name };
  }
}

/** The result of an aggregation: it always has a store. */
export class AggregateOrigin implements TableOrigin {
  sendsOldValues = false;

  constructor(readonly store: StoreSpec) {}

  get versioned(): boolean {
    return this.store.kind === 'versioned';
  }

  get history(): VersionedSpec | null {
    return historyIn(this.store);
  }

  requestOldValues(): boolean {
    this.sendsOldValues = true;
    return true;
  }

  read(): TableRead {
    return { kind: 'store', store: this.store.name };
  }
}

/** A table made of another one: with a store of its own if that was named, else computed anew from its parent. */
export class DerivedOrigin implements TableOrigin {
  sendsOldValues = false;

  /** @param saysStore whether anything was said about a store: it then hides the history of the parent from operators */
  constructor(
    private readonly parent: TableOrigin,
    readonly store: StoreSpec | null,
    private readonly saysStore: boolean,
    private readonly derive: (parent: TableRead) => TableRead,
  ) {}

  get versioned(): boolean {
    return this.saysStore ? this.store?.kind === 'versioned' : this.parent.versioned;
  }

  get history(): VersionedSpec | null {
    return this.store === null ? this.parent.history : historyIn(this.store);
  }

  requestOldValues(force: boolean): boolean {
    if (this.store !== null || this.parent.requestOldValues(force)) this.sendsOldValues = true;
    return this.sendsOldValues;
  }

  read(): TableRead {
    return this.store === null ? this.derive(this.parent.read()) : { kind: 'store', store: this.store.name };
  }
}

/** The result of a join of two tables: with a store of its own if that was asked for, else joined anew from both. */
export class JoinOrigin implements TableOrigin {
  sendsOldValues = false;

  constructor(
    private readonly inputs: readonly [left: TableOrigin, right: TableOrigin],
    readonly store: StoreSpec | null,
    private readonly join: (left: TableRead, right: TableRead) => TableRead,
  ) {}

  /** Two histories joined are none. */
  get versioned(): boolean {
    return this.store?.kind === 'versioned';
  }

  get history(): VersionedSpec | null {
    return this.store === null ? null : historyIn(this.store);
  }

  /** Old results are joined from old values, so both inputs have to keep theirs, whatever `force` says. */
  requestOldValues(): boolean {
    for (const input of this.inputs) input.requestOldValues(true);
    this.sendsOldValues = true;
    return true;
  }

  read(): TableRead {
    if (this.store !== null) return { kind: 'store', store: this.store.name };
    const [left, right] = this.inputs;
    return this.join(left.read(), right.read());
  }
}

/** A table whose changes are held back for a while. What it has told so far is in its buffer and in the table before it. */
export class SuppressedOrigin implements TableOrigin {
  readonly sendsOldValues = true;
  readonly store = null;
  readonly versioned = false;
  readonly history = null;

  /** The buffer keeps what a key was before its changes were held back: it always needs old values. */
  constructor(
    private readonly parent: TableOrigin,
    private readonly buffer: string,
  ) {
    parent.requestOldValues(true);
  }

  requestOldValues(): boolean {
    return true;
  }

  read(): TableRead {
    return { kind: 'suppress', parent: this.parent.read(), store: this.buffer };
  }
}

function historyIn(store: StoreSpec): VersionedSpec | null {
  return store.kind === 'versioned' ? store : null;
}

/** The stores that a read uses, in the order of reading. */
export function storesOf(read: TableRead): string[] {
  switch (read.kind) {
    case 'store':
      return [read.store];
    case 'join':
      return [...new Set([...storesOf(read.left), ...storesOf(read.right)])];
    case 'suppress':
      return [...new Set([read.store, ...storesOf(read.parent)])];
    default:
      return storesOf(read.parent);
  }
}
