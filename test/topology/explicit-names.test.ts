import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';

const texts = { key: serdes.string(), value: serdes.string() };
const explicit = { ensureExplicitInternalResourceNaming: true };

describe('explicit names of internal resources', () => {
  it('are asked for: changelogs, stores, repartition topics', () => {
    const builder = new StreamsBuilder();
    builder
      .stream('in', texts)
      .selectKey((value) => value)
      .groupByKey()
      .count({ logging: false });
    builder.stream('other', texts).groupByKey().count();
    const refused = (): unknown => builder.build(explicit);
    expect(refused).toThrow(
      'following changelog topic(s) has not been named: KSTREAM-AGGREGATE-STATE-STORE-0000000009-changelog; ' +
        'following state store(s) has not been named: KSTREAM-AGGREGATE-STATE-STORE-0000000003, KSTREAM-AGGREGATE-STATE-STORE-0000000009; ' +
        'following repartition topic(s) has not been named: KSTREAM-AGGREGATE-STATE-STORE-0000000003-repartition',
    );
  });

  it('are asked for at every build', () => {
    const builder = new StreamsBuilder();
    builder.stream('in', texts).groupByKey().count();
    expect(() => builder.build(explicit)).toThrow(/has not been named/);
    expect(() => builder.build(explicit)).toThrow(/has not been named/);
  });

  it('are enough where all are named, operators need none', () => {
    const builder = new StreamsBuilder();
    builder
      .stream('in', texts)
      .selectKey((value) => value)
      .groupByKey({ name: 'by-value' })
      .count({ store: 'counts' })
      .toStream()
      .mapValues(String)
      .to('out');
    expect(() => builder.build(explicit)).not.toThrow();
  });

  it('are not asked for a table that has no store', () => {
    // Kafka Streams refuses it, for the name that the store would have had.
    const builder = new StreamsBuilder();
    builder.table('rows', texts).toStream().to('out');
    expect(() => builder.build(explicit)).not.toThrow();
  });

  it('are not asked for unless wanted', () => {
    const builder = new StreamsBuilder();
    builder.stream('in', texts).groupByKey().count();
    expect(() => builder.build()).not.toThrow();
  });
});
