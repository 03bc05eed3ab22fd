/** What "Operators by example" is made of: topologies that are run, and what they are given. */
import { serdes, type Serde, type StreamsBuilder } from '../../../src/index.js';

/** A record that goes in: its time is in seconds. */
export type Given = readonly [topic: string, key: string | null, value: string | number | object | null, at: number];

export interface Example {
  /** The heading: the methods that it shows. */
  readonly operators: string;
  readonly says: string;
  /** What the page shows is the text of this function. */
  readonly topology: (builder: StreamsBuilder) => void;
  readonly given: readonly Given[];
  /** The topics that are shown; those that are written to, without those of the application itself, unless named here. */
  readonly shown?: readonly string[];
  /** How shown topics are read where key or value is no text. */
  readonly reads?: Readonly<Record<string, { readonly key?: Serde<unknown>; readonly value?: Serde<unknown> }>>;
  /** Whether the ends of windows belong to them, as those of sessions do. */
  readonly inclusive?: boolean;
  /** A picture beside the timeline: the name of its file, and how long its marks of time are, in seconds. */
  readonly picture?: { readonly name: string; readonly every: number };
  readonly notes?: string;
}

export interface Chapter {
  readonly title: string;
  readonly says: string;
  /** The file with the examples, beside this one. */
  readonly file: string;
  readonly examples: readonly Example[];
}

// What the examples have in common; the page shows it once.
export const key = serdes.string();
export const text = { key, value: serdes.string() };
export const amounts = { key, value: serdes.json<number>() };
