/** Joins of two streams. */
import type { KStream } from '../../../src/dsl/stream.js';
import { JoinWindows } from '../../../src/time/join-windows.js';
import { call, ms, named, serde, serdesOf } from '../build-site.js';
import { joiner } from '../functions.js';
import type { Step } from '../plan.js';
import type { Handle, Workbench } from '../workbench.js';
import type { ParityOperator } from './operator.js';

type Stream = KStream<unknown, unknown>;

function streamJoin(op: 'join' | 'leftJoin' | 'outerJoin'): ParityOperator {
  return {
    op: `stream ${op}`,
    weight: 4,
    draw(bench) {
      const { draw } = bench;
      const input = bench.take('stream');
      if (input === null) return null;
      const other = draw.chance(0.1) ? input : bench.take('stream', ({ key }) => key === input.key);
      if (other === null) return null;
      const { joiner, type } = bench.joiner();
      return {
        in: input.name,
        with: other.name,
        joiner,
        ...windows(bench, input === other),
        ...options(bench, input, other),
        ...bench.named(),
        out: bench.made('stream', input.key, type),
      };
    },
    build(step, site) {
      const join = joiner(call(step, 'joiner'));
      const joined = (left: unknown, right: unknown, key: unknown): unknown => join(left, right, key);
      const stream = site.input<Stream>(step);
      const other = site.other<Stream>(step);
      const near = JoinWindows.of({
        timeDifference: ms(step, 'difference'),
        ...(step['before'] === undefined ? {} : { before: ms(step, 'before') }),
        ...(step['after'] === undefined ? {} : { after: ms(step, 'after') }),
        ...(step['grace'] === undefined ? {} : { grace: ms(step, 'grace') }),
        ...(step['early'] === true ? { unmatched: 'atOnce' } : {}),
      });
      const options = joinedOptions(step);
      if (op === 'join') site.keep(step, stream.join(other, joined, near, options));
      else if (op === 'leftJoin') site.keep(step, stream.leftJoin(other, joined, near, options));
      else site.keep(step, stream.outerJoin(other, joined, near, options));
    },
    features: (step) => [
      ...(step.in === step.with ? ['with itself'] : []),
      ...(step['engine'] === 'memory' ? ['in memory'] : []),
      ...(((step['before'] as number | undefined) ?? (step['after'] as number | undefined) ?? 1) < 0
        ? ['negative bound']
        : []),
      ...(step['grace'] === undefined ? [] : ['grace']),
      ...(step['early'] === true ? ['at once'] : []),
    ],
  };
}

/** Never of length 0: the JVM cannot list the entries of such a store. */
function windows(bench: Workbench, self: boolean): Partial<Step> {
  const { draw, scale } = bench;
  const difference = draw.between(1, 8);
  const least = self ? 0 : -3;
  const before = draw.chance(0.3) ? draw.between(least, 10) : difference;
  const after = draw.chance(0.3) ? draw.between(Math.max(least, 1 - before), 10) : Math.max(difference, 1 - before);
  return {
    difference: difference * scale,
    ...(before === difference ? {} : { before: before * scale }),
    ...(after === difference ? {} : { after: after * scale }),
    ...(draw.chance(0.5) ? { grace: draw.int(10) * scale } : {}),
    ...(draw.chance(0.2) ? { early: true } : {}),
  };
}

function options(bench: Workbench, input: Handle, other: Handle): Partial<Step> {
  const { draw } = bench;
  const { valueSerde: otherSerde } = bench.serdes(null, other.value);
  return {
    ...bench.serdes(input.key, input.value),
    ...(otherSerde === undefined ? {} : { otherSerde }),
    ...(draw.chance(0.3) ? { store: bench.fresh('store-') } : {}),
    ...(draw.chance(0.25) ? { engine: draw.chance(0.7) ? 'memory' : 'level' } : {}),
    ...(draw.chance(0.08) ? { logging: false } : {}),
  };
}

function joinedOptions(step: Step): object {
  const { otherSerde, store, engine, logging } = step;
  return {
    ...serdesOf(step),
    ...named(step),
    ...(typeof otherSerde === 'string' ? { otherValue: serde(otherSerde) } : {}),
    ...(store === undefined ? {} : { store }),
    ...(engine === undefined ? {} : { engine }),
    ...(logging === undefined ? {} : { logging }),
  };
}

export const streamJoins: readonly ParityOperator[] = [
  streamJoin('join'),
  streamJoin('leftJoin'),
  streamJoin('outerJoin'),
];
