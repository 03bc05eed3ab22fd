import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.js';
import { serdes, StreamsBuilder, stores, type EngineSupplier } from '../../src/index.js';
import { engineFault } from '../../src/store/engine-supplier.js';
import { decidedSpec } from '../../src/task/store-openings.js';
import { stateBackendContract, TopologyTestDriver } from '../../src/testing.js';
import { fileEngine, openFile } from './file-engine.js';

const engine = fileEngine('files');
const APPLICATION = { applicationId: 'app', kafka: { brokers: ['localhost:9092'] } };

describe('state backend contract: an engine of the user’s own', () => {
  const checks = stateBackendContract({
    create: () => openFile(join(mkdtempSync(join(tmpdir(), 'millrace-own-')), 'rows.json')),
    reopen: (closed) => openFile(closed.location),
  });
  for (const { name, run } of checks) it(name, run);
});

describe('an engine', () => {
  it.each([
    ['rocksdb', /must be 'level', 'memory' or an engine of your own, not rocksdb/],
    [null, /not null/],
    [{ name: 'x' }, /an object with a name and open\(\)/],
    [{ name: 'a/b', open: String }, /letters, digits and dashes, not a\/b/],
    [{ open: String }, /letters, digits and dashes, not undefined/],
  ])('is not %o', (value, message) => {
    expect(engineFault(value)).toMatch(message);
    expect(() => readConfig({ ...APPLICATION, dslStores: value as EngineSupplier })).toThrow(message);
    expect(() => stores.keyValue({ name: 'counts', engine: value as EngineSupplier })).toThrow(message);
  });

  it('is taken by the application, by an operator and by a store', () => {
    expect(readConfig({ ...APPLICATION, dslStores: engine }).dslStores).toBe(engine);
    expect(stores.keyValue({ name: 'counts', engine }).engine).toBe(engine);
    const builder = new StreamsBuilder();
    const words = builder.stream<string, string>('words').groupByKey();
    words.count({ store: 'counts', engine });
    words.count({ store: 'open' });
    words.count({ store: 'disk', engine: 'level' });
    const { stores: specs } = builder.build();
    const decided = [...specs.values()].map((spec) =>
      decidedSpec(spec, { dslStores: engine, dslStoreFormat: 'headers' }),
    );
    expect(decided.map((spec) => [spec.name, spec.engine, spec.format])).toEqual([
      ['counts', engine, 'headers'],
      ['open', engine, 'headers'],
      ['disk', 'level', 'headers'],
    ]);
  });

  it('is not opened by the test driver, which has all state in memory', async () => {
    const refusing: EngineSupplier = {
      name: 'refusing',
      open: () => {
        throw new Error('not here');
      },
    };
    const builder = new StreamsBuilder();
    const text = { key: serdes.string(), value: serdes.string() };
    builder
      .stream('words', text)
      .groupByKey()
      .count({ store: 'counts', engine: refusing })
      .toStream()
      .to('counts', { key: text.key, value: serdes.long() });
    const driver = new TopologyTestDriver(builder.build(), { dslStores: refusing });
    const [words, counts] = [
      driver.inputTopic('words', text),
      driver.outputTopic('counts', { ...text, value: serdes.long() }),
    ];
    words.pipe('a', 'x');
    words.pipe('a', 'y');
    expect(counts.readKeyValues().map(([key, count]) => [key, Number(count)])).toEqual([
      ['a', 1],
      ['a', 2],
    ]);
    await driver.close();
  });
});
