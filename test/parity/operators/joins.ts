/** Joins of streams with tables. */
import type { GlobalKTable } from '../../../src/dsl/global-table.js';
import type { KStream } from '../../../src/dsl/stream.js';
import type { KTable } from '../../../src/dsl/table.js';
import { call, ms, named, serdesOf } from '../build-site.js';
import { joiner, mapper, text } from '../functions.js';
import type { ParityOperator } from './operator.js';

type Stream = KStream<unknown, unknown>;
type Joined = (left: unknown, right: unknown, key: unknown) => unknown;

function tableJoin(op: 'join' | 'leftJoin'): ParityOperator {
  return {
    op: `table ${op}`,
    weight: 6,
    draw(bench) {
      const table = bench.take('table', ({ key }) =>
        bench.handles.some((one) => one.kind === 'stream' && one.key === key),
      );
      if (table === null) return null;
      const input = bench.take('stream', ({ key }) => key === table.key);
      if (input === null) return null;
      const { joiner, type } = bench.joiner();
      return {
        in: input.name,
        with: table.name,
        joiner,
        ...bench.serdes(input.key, input.value),
        ...bench.named(),
        out: bench.made('stream', input.key, type),
      };
    },
    build(step, site) {
      const join = joiner(call(step, 'joiner'));
      const grace = step['grace'] === undefined ? {} : { grace: ms(step, 'grace') };
      const options = { ...serdesOf(step), ...named(step), ...grace };
      const stream = site.input<Stream>(step);
      const table = site.other<KTable<unknown, unknown>>(step);
      const joined: Joined = (left, right, key) => join(left, right, key);
      site.keep(step, op === 'join' ? stream.join(table, joined, options) : stream.leftJoin(table, joined, options));
    },
    features: (step) => (step['grace'] === undefined ? [] : ['with grace']),
  };
}

export const streamTableJoin = tableJoin('join');
export const streamTableLeftJoin = tableJoin('leftJoin');

function globalJoin(op: 'join' | 'leftJoin'): ParityOperator {
  return {
    op: `global ${op}`,
    weight: 6,
    draw(bench) {
      const table = bench.take('global');
      const input = bench.take('stream');
      if (table === null || input === null) return null;
      const keys = bench.keyMapper(input.key);
      if (keys.type !== table.key) return null;
      const { joiner, type } = bench.joiner();
      return {
        in: input.name,
        with: table.name,
        mapper: keys.mapper,
        joiner,
        ...(bench.draw.chance(0.4) ? { tableKey: true } : {}),
        ...bench.named(),
        out: bench.made('stream', input.key, type),
      };
    },
    build(step, site) {
      const keys = mapper(call(step, 'mapper'));
      const join = joiner(call(step, 'joiner'));
      const stream = site.input<Stream>(step);
      const table = site.other<GlobalKTable<unknown, unknown>>(step);
      const selected = (value: unknown, key: unknown): unknown => keys(key, value);
      const joined =
        step['tableKey'] === true
          ? (left: unknown, right: unknown, key: unknown, _record: unknown, tableKey: unknown) =>
              join(left, `${text(right)}@${text(tableKey)}`, key)
          : (left: unknown, right: unknown, key: unknown) => join(left, right, key);
      site.keep(
        step,
        op === 'join'
          ? stream.join(table, selected, joined, named(step))
          : stream.leftJoin(table, selected, joined, named(step)),
      );
    },
    features: (step) => (step['tableKey'] === true ? ['with the key of the row'] : []),
  };
}

export const streamGlobalJoin = globalJoin('join');
export const streamGlobalLeftJoin = globalJoin('leftJoin');
