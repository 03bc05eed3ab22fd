import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { olderFormats, type UpgradeFrom } from '../../src/serde/older-formats.js';
import { serdes } from '../../src/serde/serdes.js';
import { TopologyTestDriver } from '../../src/testing/test-driver.js';

const texts = { key: serdes.string(), value: serdes.string() };
const bytes = { key: serdes.string(), value: serdes.bytes() };

/** What is written to a topic when a row is set twice. */
async function written(builder: StreamsBuilder, topic: string, upgradeFrom?: UpgradeFrom): Promise<string[]> {
  const driver = new TopologyTestDriver(builder.build(), upgradeFrom === undefined ? {} : { upgradeFrom });
  const input = driver.inputTopic('in', texts);
  input.pipe('a', 'k', { timestamp: 1 });
  input.pipe('a', 'k', { timestamp: 2 });
  const values = driver.outputTopic(topic, bytes).readValues();
  await driver.close();
  return values.map((value) => (value as Buffer).toString('hex'));
}

describe('olderFormats', () => {
  it('knows up to which release what was written otherwise', () => {
    expect(olderFormats(null)).toEqual({ halvesApart: false, withoutPartition: false });
    expect(olderFormats('2.4')).toEqual({ halvesApart: true, withoutPartition: true });
    expect(olderFormats('3.3')).toEqual({ halvesApart: true, withoutPartition: true });
    expect(olderFormats('3.4')).toEqual({ halvesApart: true, withoutPartition: false });
    expect(olderFormats('3.5')).toEqual({ halvesApart: false, withoutPartition: false });
    expect(olderFormats('4.3')).toEqual({ halvesApart: false, withoutPartition: false });
  });

  it('the halves of a change go in one record, or in two for instances up to 3.4', async () => {
    const regrouped = (): StreamsBuilder => {
      const builder = new StreamsBuilder();
      builder
        .table('in', texts)
        .groupBy((value) => [value, value], { ...texts, name: 'by-value' })
        .count();
      return builder;
    };
    const topic = 'test-by-value-repartition';
    expect(await written(regrouped(), topic)).toEqual(['6b01', '026b6b02']);
    expect(await written(regrouped(), topic, '3.5')).toEqual(['6b01', '026b6b02']);
    expect(await written(regrouped(), topic, '3.4')).toEqual(['6b01', '6b00', '6b01']);
  });

  it('registrations name their partition, or do not for instances up to 3.3, and are answered all the same', async () => {
    const joined = (): StreamsBuilder => {
      const builder = new StreamsBuilder();
      const others = builder.table('others', texts);
      builder
        .table('in', texts)
        .leftJoin(
          others,
          (value) => value,
          (left, right) => `${left}+${String(right)}`,
          { name: 'join', value: serdes.string() },
        )
        .toStream()
        .to('out', texts);
      return builder;
    };
    const topic = 'test-join-subscription-registration-topic';
    const [now] = await written(joined(), topic);
    const [before] = await written(joined(), topic, '3.3');
    const [neither] = await written(joined(), topic, '3.4');
    expect(now).toMatch(/^0102.{32}6100000000$/);
    expect(before).toMatch(/^0002.{32}61$/);
    expect(neither).toBe(now);
    expect(await written(joined(), 'out', '3.3')).toEqual(['6b2b6e756c6c', '6b2b6e756c6c']);
  });
});
