import { describe, expect, it } from 'vitest';
import { stores } from '../../../src/dsl/stores.js';
import type { ProcessingContext } from '../../../src/processor/api/processor-context.js';
import type { ValueTransformer } from '../../../src/processor/api/value-transformer.js';
import type { RecordView } from '../../../src/record/record-context.js';
import { serdes } from '../../../src/serde/serdes.js';
import type { KeyValueStore } from '../../../src/store/key-value-store.js';
import { STRINGS, timeline } from '../timeline.js';

type Transformer = ValueTransformer<string, string, string | null>;
const plain = { ...STRINGS, caching: false };

/** Numbers its calls. */
function counting(): Transformer {
  let calls = 0;
  return {
    transform: (value) => {
      calls += 1;
      return `${value ?? ''}#${String(calls)}`;
    },
  };
}

describe('KTable.transformValues', () => {
  it('is called for deletions too, and may make a value of them', () => {
    const { feed } = timeline((_, builder) => builder.table('t', plain).transformValues(counting).toStream());
    expect(feed('a=x@1 a=-@2 b=-@3', 't')).toBe('a=x#1@1 a=#2@2 b=#3@3');
  });

  it('deletes the row where it gives null', () => {
    const { feed } = timeline((_, builder) =>
      builder
        .table('t', plain)
        .transformValues((): Transformer => ({ transform: (value) => (value === 'no' ? null : value) }))
        .toStream(),
    );
    expect(feed('a=x@1 a=no@2', 't')).toBe('a=x@1 a=-@2');
  });

  it('transforms old values as well, where somebody wants them and it keeps none', () => {
    const seen: (string | null)[] = [];
    const { feed } = timeline((_, builder) =>
      builder
        .table('t', plain)
        .transformValues((): Transformer => ({ transform: (value) => (seen.push(value), value) }))
        .groupBy((value) => ['all', value], STRINGS)
        .count({ caching: false })
        .toStream(),
    );
    feed('a=x@1', 't');
    seen.length = 0;
    expect(feed('a=y@2', 't')).toBe('all=1@2');
    expect(seen).toEqual(['y', 'x']);
  });

  it('takes old values from its store, if it has one', () => {
    const { feed } = timeline((_, builder) =>
      builder
        .table('t', plain)
        .transformValues(counting, { store: 's', value: serdes.string(), caching: false })
        .groupBy((value) => ['all', value], STRINGS)
        .reduce(
          (all, value) => `${all}+${value}`,
          (all, value) => `${all}-${value}`,
          { caching: false },
        )
        .toStream(),
    );
    expect(feed('a=x@1 a=y@2', 't')).toBe('all=x#1@1 all=x#1-x#1+y#2@2');
  });

  it('is read through another transformer, which is asked for rows that are not there as well', () => {
    const seen: [string | null, string, number, string | null][] = [];
    const { feed } = timeline((input, builder) => {
      const supplier = (): Transformer => ({
        transform: (value, key, { timestamp, topic }: RecordView) => {
          seen.push([value, key, timestamp, topic]);
          return value ?? 'none';
        },
      });
      const table = builder.table('t', plain).transformValues(supplier);
      return input.join(table, (value, other) => `${value}+${other}`);
    });
    feed('a=x@7', 't');
    expect(seen.splice(0)).toEqual([['x', 'a', 7, 't']]);
    expect(feed('a=1@9 b=2@10')).toBe('a=1+x@9 b=2+none@10');
    expect(seen).toEqual([
      ['x', 'a', 7, null],
      [null, 'b', -1, null],
    ]);
  });

  it('has the stores that it names, in its context, and those that its supplier brings; so have those who read it', () => {
    const names: string[] = [];
    const supplier = {
      get: (): Transformer => {
        let store: KeyValueStore<string, number>;
        return {
          init: (context: ProcessingContext) => {
            names.push(context.applicationId, context.taskId);
            context.getStateStore('named');
            store = context.getStateStore<KeyValueStore<string, number>>('brought');
          },
          transform: (value, key) => {
            const count = (store.get(key) ?? 0) + 1;
            store.put(key, count);
            return `${value ?? ''}${String(count)}`;
          },
        };
      },
      stores: [stores.keyValue({ name: 'brought', key: serdes.string(), value: serdes.double() })],
    };
    const { feed } = timeline((input, builder) => {
      builder.addStateStore(stores.keyValue({ name: 'named', key: serdes.string(), value: serdes.string() }));
      const table = builder.table('t', plain).transformValues(supplier, { stores: ['named'] });
      return input.join(table, (value, other) => `${value}+${other}`);
    });
    feed('a=x@1 a=y@2', 't');
    expect(feed('a=1@3')).toBe('a=1+y3@3');
    expect(names).toEqual(['test', '0_0', 'test', '0_0']);
  });

  it('closes its transformers with the task, those of readers too', async () => {
    let closed = 0;
    const { driver } = timeline((input, builder) => {
      const supplier = (): Transformer => ({ transform: (value) => value, close: () => void (closed += 1) });
      return input.join(builder.table('t', plain).transformValues(supplier), (value) => value);
    });
    await driver.close();
    expect(closed).toBe(2);
  });

  it('has timers', () => {
    const ticks: number[] = [];
    const { feed } = timeline((_, builder) =>
      builder
        .table('t', plain)
        .transformValues((): Transformer => ({
          init: (context) => {
            context.schedule(10, 'stream-time', (time) => void ticks.push(time));
          },
          transform: (value) => value,
        }))
        .toStream(),
    );
    feed('a=x@5 a=y@25', 't');
    expect(ticks).toEqual([5, 25]);
  });

  it('says so when the transformer forgot to return, or is none', () => {
    const { feed } = timeline((_, builder) =>
      builder
        .table('t', plain)
        .transformValues(() => ({ transform: () => undefined }))
        .toStream(),
    );
    expect(() => feed('a=x@1', 't')).toThrow(/transformer returned undefined/);
    const given: Transformer = { transform: (value) => value };
    expect(() =>
      timeline((_, builder) =>
        builder
          .table('t', plain)
          .transformValues(() => given)
          .toStream(),
      ),
    ).toThrow(/gave the same processor twice/);
    expect(() =>
      timeline((_, builder) =>
        builder
          .table('t', plain)
          .transformValues((() => ({})) as never)
          .toStream(),
      ),
    ).toThrow(/must give an object with transform\(\)/);
  });
});
