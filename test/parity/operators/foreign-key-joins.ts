/** Joins of two tables by a foreign key. */
import type { KTable } from '../../../src/dsl/table.js';
import { call, materialized, named } from '../build-site.js';
import { joiner, mapper } from '../functions.js';
import type { ParityOperator } from './operator.js';
import { materializedFeature } from './sources.js';

type Table = KTable<unknown, unknown>;

function foreignKeyJoin(op: 'join' | 'leftJoin'): ParityOperator {
  return {
    op: `foreign ${op}`,
    weight: 2,
    draw(bench) {
      const input = bench.take('table');
      const other = bench.take('table');
      if (input === null || other === null) return null;
      const keys = bench.foreignKey(input.key, other.key);
      if (keys === null) return null;
      const { joiner, type } = bench.joiner();
      return {
        in: input.name,
        with: other.name,
        mapper: keys,
        joiner,
        ...bench.named(),
        ...bench.materialized(input.key, type, { versioned: 0.15 }),
        out: bench.made('table', input.key, type),
      };
    },
    build(step, site) {
      const keys = mapper(call(step, 'mapper'));
      const join = joiner(call(step, 'joiner'));
      const options = { ...named(step), ...materialized(step) };
      const [table, other] = [site.input<Table>(step), site.other<Table>(step)];
      const foreignKey = (value: unknown, key: unknown): unknown => keys(key, value);
      const joined = (left: unknown, right: unknown): unknown => join(left, right, '');
      site.keep(
        step,
        op === 'join'
          ? table.join(other, foreignKey, joined, options)
          : table.leftJoin(other, foreignKey, joined, options),
      );
    },
    features: (step) => [...materializedFeature(step), ...(step['with'] === step['in'] ? ['with itself'] : [])],
  };
}

export const foreignJoin = foreignKeyJoin('join');
export const foreignLeftJoin = foreignKeyJoin('leftJoin');
