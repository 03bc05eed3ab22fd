import { describe, expect, it } from 'vitest';
import { KafkaStreams, StreamsBuilder, TopologyBuilder, type Topology } from '../src/index.js';

const OPTIONS = { applicationId: 'app', kafka: { brokers: ['localhost:9092'] } };
const start = (topology: unknown): KafkaStreams => new KafkaStreams(topology as Topology, OPTIONS);

describe('KafkaStreams refuses', () => {
  it('a builder in place of a topology', () => {
    const message = 'KafkaStreams needs a topology, not a builder, which is still being written: call build()';
    expect(() => start(new StreamsBuilder())).toThrow(message);
    expect(() => start(new TopologyBuilder())).toThrow(message);
  });

  it.each([undefined, null, 'topology', {}, () => new StreamsBuilder().build()])('%s in place of one', (given) => {
    expect(() => start(given)).toThrow(
      /^KafkaStreams needs a topology, not .*: give what build\(\) of a StreamsBuilder or TopologyBuilder returns$/,
    );
  });

  it('a topology that reads nothing', () => {
    expect(() => start(new StreamsBuilder().build())).toThrow(
      /^the topology of KafkaStreams is empty: it reads no topic/,
    );
  });
});

describe('before the start', () => {
  it('nothing is known of the brokers, and the lag is unknown, not 0', () => {
    const builder = new StreamsBuilder();
    builder.stream('a').foreach(() => undefined);
    expect(start(builder.build()).metrics()).toMatchObject({ state: 'CREATED', connected: false, lag: null });
  });
});
