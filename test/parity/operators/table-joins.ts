/** Joins of two tables of the same keys. */
import type { KTable } from '../../../src/dsl/table.js';
import { call, materialized, named } from '../build-site.js';
import { joiner } from '../functions.js';
import type { ParityOperator } from './operator.js';
import { materializedFeature } from './sources.js';

type Table = KTable<unknown, unknown>;

function tablesJoin(op: 'join' | 'leftJoin' | 'outerJoin'): ParityOperator {
  return {
    op: `tables ${op}`,
    weight: 1.6,
    draw(bench) {
      const input = bench.take('table');
      if (input === null) return null;
      const other = bench.take('table', ({ key, name }) => key === input.key && name !== input.name) ?? input;
      const { joiner, type } = bench.joiner();
      return {
        in: input.name,
        with: other.name,
        joiner,
        ...bench.named(),
        ...bench.materialized(input.key, type, { versioned: 0.15 }),
        out: bench.made('table', input.key, type),
      };
    },
    build(step, site) {
      const join = joiner(call(step, 'joiner'));
      const joined = (left: unknown, right: unknown): unknown => join(left, right, '');
      const options = { ...named(step), ...materialized(step) };
      const [table, other] = [site.input<Table>(step), site.other<Table>(step)];
      if (op === 'join') site.keep(step, table.join(other, joined, options));
      else if (op === 'leftJoin') site.keep(step, table.leftJoin(other, joined, options));
      else site.keep(step, table.outerJoin(other, joined, options));
    },
    features: (step) => [...materializedFeature(step), ...(step['with'] === step['in'] ? ['with itself'] : [])],
  };
}

export const tablesInnerJoin = tablesJoin('join');
export const tablesLeftJoin = tablesJoin('leftJoin');
export const tablesOuterJoin = tablesJoin('outerJoin');
