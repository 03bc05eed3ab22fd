/** Where a topology is drawn: what there is to go on from, and how options are chosen. */
import type { Draw } from './draw.js';
import type { Call, Plain } from './plan.js';

export type Kind =
  | 'stream'
  | 'table'
  | 'global'
  | 'grouped'
  | 'windowed'
  | 'sessions'
  | 'cogrouped'
  | 'windowedCogroup'
  | 'sessionCogroup'
  | 'groupedTable'
  | 'globalStore';

/** Something that a step made and others can go on from. Types are the names of serdes: `string`, `long`, `windowed(10,string)`. */
export interface Handle {
  readonly name: string;
  readonly kind: Kind;
  readonly key: string;
  readonly value: string;
  /** Windowed streams: length of a window, ms; of sessions: the gap. */
  readonly size?: number;
}

/** Written to a user's topic, which may then be read as well. */
export interface Topic {
  readonly name: string;
  readonly key: string;
  readonly value: string;
}

const DEFAULT_TYPE = 'string';

export class Workbench {
  readonly handles: Handle[] = [];
  /** Something goes by the wall clock. */
  wallClock = false;
  /** Records must not begin at a time of today. */
  early = false;
  /** Topics that get records from outside. */
  readonly inputTopics: Topic[] = [];
  /** Topics that a sink writes to. */
  readonly outputTopics: Topic[] = [];
  /** Names of windowed tables that say how their keys are written. */
  readonly suppressible = new Set<string>();
  /** Windowed streams of which windows are emitted when they close. */
  readonly finals = new Set<string>();
  private numbered = 0;

  constructor(
    readonly draw: Draw,
    /** Unit of windows and of the distances between records, ms. */
    readonly scale: number,
    /** Functions may throw. */
    readonly throwing: boolean,
  ) {}

  /** A name that nothing else has. */
  fresh(prefix: string): string {
    this.numbered += 1;
    return `${prefix}${String(this.numbered)}`;
  }

  /** One of the things of a kind, preferably a late one; null when there is none. */
  take(kind: Kind, fits: (handle: Handle) => boolean = () => true): Handle | null {
    const found = this.handles.filter((handle) => handle.kind === kind && fits(handle));
    return found.length === 0 ? null : this.draw.pickLate(found);
  }

  /** Notes what a step makes; returns its name. */
  made(kind: Kind, key: string, value: string, size?: number): string {
    const name = this.fresh(kind === 'stream' ? 's' : kind === 'table' ? 't' : 'x');
    this.handles.push({ name, kind, key, value, ...(size === undefined ? {} : { size }) });
    return name;
  }

  /** Gives up what a step would have made. */
  forget(names: readonly string[]): void {
    for (const name of names) {
      const at = this.handles.findIndex((handle) => handle.name === name);
      if (at >= 0) this.handles.splice(at, 1);
    }
  }

  /** `name` for an operator, or nothing. */
  named(probability = 0.2): { name?: string } {
    return this.draw.chance(probability) ? { name: this.fresh('name-') } : {};
  }

  /** `keySerde` and `valueSerde`; seldom left out where the application's default is another type. */
  serdes(key: string | null, value: string | null): { keySerde?: string; valueSerde?: string } {
    return {
      ...(key !== null && this.saysSerde(key) ? { keySerde: key } : {}),
      ...(value !== null && this.saysSerde(value) ? { valueSerde: value } : {}),
    };
  }

  /** `materialized`, or nothing. */
  materialized(
    key: string | null,
    value: string | null,
    {
      leastRetention,
      named = 0.4,
      versioned = 0,
    }: { leastRetention?: number; named?: number; /** How often it has a history. */ versioned?: number } = {},
  ): { materialized?: { readonly [name: string]: Plain } } {
    const { draw } = this;
    const options: Record<string, Plain> = {};
    if (draw.chance(named)) options['store'] = this.fresh('store-');
    Object.assign(options, this.serdes(key, value));
    if (versioned > 0 && draw.chance(versioned)) {
      options['store'] ??= this.fresh('store-');
      Object.assign(options, this.history());
    } else if (draw.chance(0.25)) options['engine'] = draw.chance(0.6) ? 'memory' : 'level';
    if (draw.chance(0.2)) options['caching'] = draw.chance(0.3);
    if (draw.chance(0.08)) options['logging'] = false;
    if (leastRetention !== undefined && draw.chance(0.2)) {
      options['retention'] = leastRetention + draw.int(10) * this.scale;
    }
    return Object.keys(options).length === 0 ? {} : { materialized: options };
  }

  /**
   * What is said about the store of a windowed table, mostly with a serde for its keys: without, the JVM's suppress has none
   * for windowed ones.
   */
  windowedStore(
    table: string,
    key: string,
    store: { materialized?: { readonly [name: string]: Plain } },
  ): { materialized?: { readonly [name: string]: Plain } } {
    if (!this.draw.chance(0.6)) return store;
    this.suppressible.add(table);
    return { materialized: { ...store.materialized, keySerde: key } };
  }

  /** Retention and sometimes segment interval of a versioned store. */
  private history(): Record<string, Plain> {
    const { draw, scale } = this;
    const historyRetention = draw.pick([0, 3, 10, 10, 40, 100]) * scale;
    return {
      historyRetention,
      ...(draw.chance(0.5) ? { segmentInterval: draw.between(1, 20) * scale } : {}),
    };
  }

  /** A type for values of sources. */
  valueType(): string {
    return this.draw.chance(0.25) ? 'long' : DEFAULT_TYPE;
  }

  predicate(): Call {
    return this.draw.weighted<Call>(
      [
        { fn: 'valueHash', m: this.draw.between(2, 4) },
        { fn: 'keyHash', m: this.draw.between(2, 4) },
        { fn: 'hasValue' },
        { fn: 'always' },
        { fn: 'never' },
        { fn: 'throwSome', m: 5 },
      ],
      ({ fn }) =>
        ({ valueHash: 10, keyHash: 5, hasValue: 3, always: 1, never: 0.3, throwSome: this.throwing ? 4 : 0 })[fn] ?? 1,
    );
  }

  /** A mapper to values, and the type of what it gives. */
  valueMapper(value: string): { mapper: Call; type: string } {
    return this.draw.pick([
      { mapper: { fn: 'suffix', s: '!' }, type: 'string' },
      { mapper: { fn: 'show' }, type: 'string' },
      { mapper: { fn: 'nullSome', m: 3 }, type: value },
      { mapper: { fn: 'toLong' }, type: 'long' },
      { mapper: { fn: 'same' }, type: value },
      ...(this.throwing ? [{ mapper: { fn: 'throwSome', m: 5 }, type: value }] : []),
    ]);
  }

  /** A mapper to keys, and the type of what it gives. */
  keyMapper(key: string): { mapper: Call; type: string } {
    const { draw } = this;
    return draw.pick([
      { mapper: { fn: 'keyFromValue', m: draw.between(2, 4) }, type: 'string' },
      { mapper: { fn: 'keyFromKey', m: draw.between(1, 3) }, type: 'string' },
      { mapper: { fn: 'keyOrNull', m: draw.between(3, 6) }, type: 'string' },
      { mapper: { fn: 'keyText' }, type: 'string' },
      { mapper: { fn: 'keyToLong', m: 4 }, type: 'long' },
      { mapper: { fn: 'sameKey' }, type: key },
    ]);
  }

  /** A mapper to keys of another table, null for some; null when there is none to keys of that type. */
  foreignKey(left: string, right: string): Call | null {
    const { draw } = this;
    const m = draw.between(2, 7);
    if (right === 'long') return { fn: 'foreignNumber', m };
    if (right === left && draw.chance(0.2)) return { fn: 'sameKey' };
    if (right !== 'string') return right === left ? { fn: 'sameKey' } : null;
    return draw.weighted<Call>(
      [
        { fn: 'foreignKey', m },
        { fn: 'keyFromValue', m: draw.between(2, 4) },
        { fn: 'keyOrNull', m: draw.between(3, 6) },
      ],
      ({ fn }) => (fn === 'foreignKey' ? 5 : 1),
    );
  }

  /** An aggregator with its initial value, and the type of the aggregate. */
  aggregation(): { initial: Plain; adder: Call; subtractor: Call; type: string } {
    const { draw } = this;
    const m = draw.between(3, 6);
    return draw.weighted(
      [
        { initial: 'i', adder: { fn: 'concat' }, subtractor: { fn: 'unconcat' }, type: 'string', weight: 4 },
        { initial: '', adder: { fn: 'concatKey' }, subtractor: { fn: 'unconcat' }, type: 'string', weight: 2 },
        { initial: 'i', adder: { fn: 'nullSome', m }, subtractor: { fn: 'unconcat' }, type: 'string', weight: 2 },
        { initial: 'i', adder: { fn: 'concat' }, subtractor: { fn: 'nullSome', m }, type: 'string', weight: 1 },
        { initial: null, adder: { fn: 'concat' }, subtractor: { fn: 'unconcat' }, type: 'string', weight: 0.5 },
        {
          initial: 'i',
          adder: { fn: 'throwSome', m },
          subtractor: { fn: 'throwSome', m },
          type: 'string',
          weight: this.throwing ? 4 : 0,
        },
        { initial: 0, adder: { fn: 'sum' }, subtractor: { fn: 'subtract' }, type: 'long', weight: 3 },
        { initial: 0, adder: { fn: 'sumNullSome', m }, subtractor: { fn: 'subtract' }, type: 'long', weight: 1 },
      ],
      ({ weight }) => weight,
    );
  }

  /** A reducer of values of a type, with its reverse. */
  reduction(value: string): { adder: Call; subtractor: Call } {
    const m = this.draw.between(3, 6);
    if (value === 'long') {
      return this.draw.pick([
        { adder: { fn: 'sum' }, subtractor: { fn: 'subtract' } },
        { adder: { fn: 'sumNullSome', m }, subtractor: { fn: 'subtract' } },
        { adder: { fn: 'last' }, subtractor: { fn: 'subtract' } },
      ]);
    }
    return this.draw.pick([
      { adder: { fn: 'concat' }, subtractor: { fn: 'unconcat' } },
      { adder: { fn: 'concatKey' }, subtractor: { fn: 'nullSome', m } },
      { adder: { fn: 'nullSome', m }, subtractor: { fn: 'unconcat' } },
      { adder: { fn: 'last' }, subtractor: { fn: 'unconcat' } },
      ...(this.throwing ? [{ adder: { fn: 'throwSome', m }, subtractor: { fn: 'throwSome', m } }] : []),
    ]);
  }

  /** A joiner, and the type of what it gives. */
  joiner(): { joiner: Call; type: string } {
    return this.draw.pick([
      { joiner: { fn: 'pair' }, type: 'string' },
      { joiner: { fn: 'pairWithKey' }, type: 'string' },
      { joiner: { fn: 'nullSome', m: 4 }, type: 'string' },
      { joiner: { fn: 'sum' }, type: 'long' },
      ...(this.throwing ? [{ joiner: { fn: 'throwSome', m: 5 }, type: 'string' }] : []),
    ]);
  }

  /** `extractor` for a source, or nothing. */
  extractor(): { extractor?: Call } {
    const { draw, scale } = this;
    if (!draw.chance(0.12)) return {};
    return {
      extractor: draw.pick<Call>([
        { fn: 'shift', by: draw.between(1, 20) * scale },
        { fn: 'earlierByValue', span: 6 * scale },
        { fn: 'negativeSome', m: 5 },
        { fn: 'notBack' },
      ]),
    };
  }

  private saysSerde(type: string): boolean {
    // Left out where another type is, it is an error at the first record, most of the time.
    if (type === DEFAULT_TYPE) return this.draw.chance(0.2);
    // Where errors are passed over, a record that only the JVM cannot write would be dropped there without a word.
    return this.throwing || this.draw.chance(0.985);
  }
}
