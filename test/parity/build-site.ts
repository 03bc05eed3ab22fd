/** Where a plan is built with our DSL: what steps made so far, and their options in our words. */
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import { TimeWindowedSerde } from '../../src/serde/time-windowed.js';
import type { Serde } from '../../src/serde/serde.js';
import { outputsOf, type Call, type Step } from './plan.js';

/** Of values that are not null, whatever they are; nulls do not reach serdes. */
// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- it is what the options of the DSL ask for
export type AnySerde = Serde<NonNullable<unknown>>;

/** The side of a case that user functions report to. */
export interface Witness {
  seen(step: Step, key: unknown, value: unknown): void;
  printed(step: Step, line: string): void;
}

export class BuildSite {
  readonly builder = new StreamsBuilder();
  private readonly made = new Map<string, unknown>();

  constructor(readonly witness: Witness) {}

  /** What the step is called on. The caller knows what it is, since the generator saw to it. */
  input<T>(step: Step): T {
    return this.named<T>(step.in);
  }

  /** The other input of a step with two. */
  other<T>(step: Step): T {
    return this.named<T>(step.with);
  }

  /** Keeps what a step made. */
  keep(step: Step, thing: unknown, index = 0): void {
    const name = outputsOf(step)[index];
    if (name !== undefined) this.made.set(name, thing);
  }

  private named<T>(name: string | undefined): T {
    if (name === undefined || !this.made.has(name)) throw new Error(`no step made ${String(name)}`);
    return this.made.get(name) as T;
  }
}

/** A function that a step names. */
export function call(step: Step, property: string): Call {
  return step[property] as unknown as Call;
}

/** A length of time that a step names, ms. */
export function ms(step: Step, property: string): number {
  return step[property] as number;
}

export function named(step: Step): { name?: string } {
  return typeof step['name'] === 'string' ? { name: step['name'] } : {};
}

/** `key` and `value` of a step. */
export function serdesOf(step: Step): { key?: AnySerde; value?: AnySerde } {
  const { keySerde, valueSerde } = step;
  return {
    ...(typeof keySerde === 'string' ? { key: serde(keySerde) } : {}),
    ...(typeof valueSerde === 'string' ? { value: serde(valueSerde) } : {}),
  };
}

interface Materialized {
  store?: string;
  key?: AnySerde;
  value?: AnySerde;
  caching?: boolean;
  logging?: boolean;
  engine?: 'level' | 'memory';
  retention?: number;
  versioned?: { historyRetention: number; segmentInterval?: number };
}

/** What a step says about its store. */
export function materialized(step: Step): Materialized {
  const options = step['materialized'] as
    | (Omit<Materialized, 'key' | 'value' | 'versioned'> & Partial<NonNullable<Materialized['versioned']>> & Step)
    | undefined;
  if (options === undefined) return {};
  const { store, caching, logging, engine, retention, historyRetention, segmentInterval } = options;
  return {
    ...serdesOf(options),
    ...(store === undefined ? {} : { store }),
    ...(caching === undefined ? {} : { caching }),
    ...(logging === undefined ? {} : { logging }),
    ...(engine === undefined ? {} : { engine }),
    ...(retention === undefined ? {} : { retention }),
    ...(historyRetention === undefined
      ? {}
      : {
          versioned: { historyRetention, ...(segmentInterval === undefined ? {} : { segmentInterval }) },
        }),
  };
}

/** A serde by its name in plans: `string`, `long`, `windowed(10,string)`, `session(string)`. */
export function serde(name: string): AnySerde {
  if (name === 'string') return serdes.string();
  if (name === 'long') return serdes.long();
  const session = /^session\((.*)\)$/.exec(name);
  if (session !== null) return serdes.sessionWindowed(serde(session[1] as string));
  const windowed = /^windowed\((\d+),(.*)\)$/.exec(name);
  if (windowed === null) throw new Error(`there is no serde ${name}`);
  const endless = windowed[1] === '9223372036854775807';
  return new TimeWindowedSerde(serde(windowed[2] as string), endless ? Number.POSITIVE_INFINITY : Number(windowed[1]));
}
