/** Which rewritings of a topology there are, and which of them a build is to make. */
import { MillraceError } from '../../errors/error.js';

const RULES = ['reuse.ktable.source.topics', 'merge.repartition.topics', 'single.store.self.join'] as const;

/** A rewriting by its name in Kafka Streams' `topology.optimization`. */
export type Optimization = (typeof RULES)[number];

/** All rewritings, none, or those named. */
export type Optimize = 'all' | 'none' | readonly Optimization[];

/** @throws MillraceError CONFIG_INVALID for a name that is not known */
export function optimizations(optimize: Optimize): ReadonlySet<Optimization> {
  if (optimize === 'none') return new Set();
  if (optimize === 'all') return new Set(RULES);
  const known: readonly string[] = RULES;
  const given: unknown = optimize;
  const unknown = Array.isArray(given) ? (given as unknown[]).find((name) => !known.includes(String(name))) : given;
  if (unknown !== undefined) {
    throw new MillraceError(
      'CONFIG_INVALID',
      `optimize does not know ${JSON.stringify(unknown)}; it takes 'all', 'none' or a list of ${RULES.join(', ')}`,
      { option: 'optimize' },
    );
  }
  return new Set(optimize);
}
