/** What an instance in the fault suite is told, and the topics that it reads and writes. */
import type { Guarantee } from '../instance.js';

export const INPUTS = ['clicks', 'views', 'lefts', 'rights', 'orders', 'products'] as const;
export const OUTPUTS = ['counts', 'groups', 'pairs', 'sessions', 'tables', 'foreign'] as const;

export type InputName = (typeof INPUTS)[number];
export type OutputName = (typeof OUTPUTS)[number];
export type SuiteTopics = Readonly<Record<InputName | OutputName, string>>;

/** Partitions of all topics; products have fewer, so that a foreign key leads elsewhere. */
export const PARTITIONS = 4;
export const PRODUCT_PARTITIONS = 3;

export interface SuiteOrder {
  /** What is imported: `index.js` of a build, or `index.ts` of the sources. */
  readonly entry: string;
  readonly name: string;
  readonly applicationId: string;
  readonly brokers: string[];
  readonly stateDir: string;
  readonly topics: SuiteTopics;
  readonly guarantee: Guarantee;
  readonly commitIntervalMs: number;
  readonly sessionTimeoutMs: number;
  /** Only under exactly-once. */
  readonly transactionTimeoutMs: number;
  readonly cacheBytes: number;
}

export function topicsOf(applicationId: string): SuiteTopics {
  return Object.fromEntries(
    [...INPUTS, ...OUTPUTS].map((name) => [name, `${applicationId}-${name}`]),
  ) as unknown as SuiteTopics;
}

export function partitionsOf(name: InputName | OutputName): number {
  return name === 'products' ? PRODUCT_PARTITIONS : PARTITIONS;
}
