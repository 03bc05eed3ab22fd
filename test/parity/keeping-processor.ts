/** What the processors of plans do; `jvm/` has the same ones in Java. They keep texts by the text of the key. */
import type {
  Cancellable,
  FixedKeyProcessorContext,
  ProcessingContext,
  ProcessorContext,
  PunctuationType,
} from '../../src/processor/api/processor-context.js';
import type { FixedKeyProcessor, Processor } from '../../src/processor/api/processor.js';
import type { FixedKeyRecord, Record } from '../../src/processor/api/record.js';
import type { Headers } from '../../src/record/headers.js';
import type {
  KeyValueStore,
  TimestampedKeyValueStore,
  TimestampedKeyValueStoreWithHeaders,
} from '../../src/store/key-value-store.js';
import type { ValueTimestampHeaders } from '../../src/store/state-store.js';
import type {
  TimestampedWindowStore,
  TimestampedWindowStoreWithHeaders,
  WindowStore,
} from '../../src/store/window-store.js';
import { hash, tail, text } from './functions.js';
import type { DrawnStore } from './operators/processors.js';

export interface KeepingSettings {
  /** One of so many texts is not kept but deletes. */
  readonly m: number;
  /** One of so many texts throws; 0: none. */
  readonly throws: number;
  readonly store: DrawnStore | null;
  /** Name of a global store to read. */
  readonly global: string | null;
  readonly timer: {
    readonly type: PunctuationType;
    readonly every: number;
    readonly start?: number;
    readonly most?: number;
  } | null;
}

/** One text a key, in a store of any kind. */
interface Shelf {
  get(key: string, time: number): string | null;
  put(key: string, value: string | null, time: number, headers: Headers): void;
  /** All there is; nothing where it goes by time. */
  all(): [key: string, value: string][];
}

const NOTHING: Shelf = { get: () => null, put: () => undefined, all: () => [] };

function shelfOf(store: DrawnStore | null, context: ProcessingContext): Shelf {
  if (store === null) return NOTHING;
  const { name, size = 1 } = store;
  const startOf = (time: number): number => time - (time % size);
  switch (store.kind) {
    case 'keyValue':
    case 'lruMap': {
      const kept = context.getStateStore<KeyValueStore<string, string>>(name);
      return {
        get: (key) => kept.get(key),
        put: (key, value) => {
          if (value === null) kept.delete(key);
          else kept.put(key, value);
        },
        all: () => [...kept.all()].map(([key, value]) => [key, value]),
      };
    }
    case 'timestampedKeyValue': {
      const kept = context.getStateStore<TimestampedKeyValueStore<string, string>>(name);
      return {
        get: (key) => kept.get(key)?.value ?? null,
        put: (key, value, time) => {
          kept.put(key, value, time);
        },
        all: () => [...kept.all()].map(([key, { value }]) => [key, value]),
      };
    }
    case 'timestampedKeyValueWithHeaders': {
      const kept = context.getStateStore<TimestampedKeyValueStoreWithHeaders<string, string>>(name);
      return {
        get: (key) => withCount(kept.get(key)),
        put: (key, value, time, headers) => {
          kept.put(key, value, time, headers);
        },
        all: () => [...kept.all()].map(([key, row]) => [key, withCount(row) as string]),
      };
    }
    case 'timestampedWindowWithHeaders': {
      const kept = context.getStateStore<TimestampedWindowStoreWithHeaders<string, string>>(name);
      return {
        get: (key, time) => withCount(kept.fetch(key, startOf(time))),
        put: (key, value, time, headers) => {
          kept.put(key, value, startOf(time), time, headers);
        },
        all: () => [],
      };
    }
    case 'window': {
      const kept = context.getStateStore<WindowStore<string, string>>(name);
      return {
        get: (key, time) => kept.fetch(key, startOf(time)),
        put: (key, value, time) => {
          kept.put(key, value, startOf(time));
        },
        all: () => [],
      };
    }
    case 'timestampedWindow': {
      const kept = context.getStateStore<TimestampedWindowStore<string, string>>(name);
      return {
        get: (key, time) => kept.fetch(key, startOf(time))?.value ?? null,
        put: (key, value, time) => {
          kept.put(key, value, startOf(time), time);
        },
        all: () => [],
      };
    }
  }
}

/** Tells how many headers are kept with a value, if any. */
function withCount(row: ValueTimestampHeaders<string> | null): string | null {
  if (row === null) return null;
  return row.headers.length === 0 ? row.value : `${row.value}~${String(row.headers.length)}`;
}

/** What is kept of a record, and what is sent on: nothing, one, or two. */
abstract class Base {
  protected shelf = NOTHING;
  private ticks = 0;
  private timer: Cancellable | null = null;

  constructor(protected readonly settings: KeepingSettings) {}

  protected begin(context: ProcessingContext): void {
    const { store, timer } = this.settings;
    this.shelf = shelfOf(store, context);
    if (timer === null) return;
    const { type, every, start, most } = timer;
    this.timer = context.schedule(
      every,
      type,
      (time) => {
        this.ticks += 1;
        this.tick(time, this.ticks);
        if (this.ticks % 3 === 0) context.commit();
        if (this.ticks === most) this.timer?.cancel();
      },
      start === undefined ? {} : { start },
    );
  }

  protected abstract tick(time: number, ticks: number): void;

  /** The text that is kept now. */
  protected keep(key: string, value: unknown, time: number, headers: Headers, context: ProcessingContext): string {
    const now = tail(`${text(this.shelf.get(key, time))}${text(value)}`);
    if (this.settings.throws > 0 && hash(now, this.settings.throws) === 0) throw new Error(`unlucky: ${now}`);
    this.shelf.put(key, hash(now, this.settings.m) === 0 ? null : now, time, headers);
    if (this.settings.global === null) return now;
    const held = context.getStateStore<KeyValueStore<string, string>>(this.settings.global).get(key);
    return tail(`${now}/${text(held)}`);
  }

  protected more(headers: Headers, value: string): Headers {
    return [...headers, ['p', Buffer.from(value)]];
  }
}

export class Keeping extends Base implements Processor<unknown, unknown, string, string> {
  private context!: ProcessorContext<string, string>;

  init(context: ProcessorContext<string, string>): void {
    this.context = context;
    this.begin(context);
  }

  process(given: Record<unknown, unknown>): void {
    const key = text(given.key);
    const now = this.keep(key, given.value, given.timestamp, given.headers, this.context);
    const record = given.withKey(key).withValue(now);
    switch (hash(now, 5)) {
      case 0:
        return;
      case 1:
        this.context.forward(record.withTimestamp(given.timestamp + 3));
        return;
      case 2:
        this.context.forward(record.withHeaders(this.more(given.headers, now)));
        return;
      case 3:
        this.context.forward(record.withKey(`p${String(hash(key, 3))}`));
    }
    this.context.forward(record);
  }

  protected override tick(time: number, ticks: number): void {
    this.context.forward({ key: 'tick', value: `${String(time)}.${String(ticks)}`, timestamp: time });
    const all = this.shelf.all();
    for (const [key, value] of all) this.context.forward({ key, value, timestamp: time });
    const first = all[0];
    if (first !== undefined) this.shelf.put(first[0], null, time, []);
  }
}

export class KeepingValues extends Base implements FixedKeyProcessor<unknown, unknown, string> {
  private context!: FixedKeyProcessorContext<unknown, string>;
  private last: FixedKeyRecord<unknown, unknown> | null = null;

  init(context: FixedKeyProcessorContext<unknown, string>): void {
    this.context = context;
    this.begin(context);
  }

  process(given: FixedKeyRecord<unknown, unknown>): void {
    this.last = given;
    const now = this.keep(text(given.key), given.value, given.timestamp, given.headers, this.context);
    const record = given.withValue(now);
    switch (hash(now, 4)) {
      case 0:
        return;
      case 1:
        this.context.forward(record.withTimestamp(given.timestamp + 3));
        return;
      case 2:
        this.context.forward(record.withHeaders(this.more(given.headers, now)));
    }
    this.context.forward(record);
  }

  /** No record can be made from nothing here: the last one is sent again. */
  protected override tick(time: number, ticks: number): void {
    if (this.last === null) return;
    this.context.forward(this.last.withValue(`${String(time)}.${String(ticks)}`).withTimestamp(time));
  }
}

/** Keeps a global store. */
export class Mirroring implements Processor<string, string> {
  private store!: KeyValueStore<string, string>;

  constructor(private readonly name: string) {}

  init(context: ProcessorContext<unknown, unknown>): void {
    this.store = context.getStateStore(this.name);
  }

  process({ key, value }: Record<string | null, string | null>): void {
    this.store.put(text(key), value === null ? null : tail(text(this.store.get(text(key))) + value));
  }
}
