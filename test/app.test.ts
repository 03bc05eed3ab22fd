import { describe, expect, it } from 'vitest';
import { KafkaStreams, serdes, StreamsBuilder, TimeWindows, TopologyBuilder, type Topology } from '../src/index.js';

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

describe('what is called wrong', () => {
  const created = (): Record<string, (given?: unknown) => unknown> => {
    const builder = new StreamsBuilder();
    builder.stream('a', { key: serdes.string(), value: serdes.string() }).foreach(() => undefined);
    return start(builder.build()) as unknown as Record<string, (given?: unknown) => unknown>;
  };

  it.each([
    ['onUncaughtError', 'replace', 'onUncaughtError() takes a function, not text "replace"'],
    ['onStateChange', undefined, 'onStateChange() takes a function, not undefined'],
    [
      'onRestore',
      { onRestored: () => undefined },
      'onRestore() takes an object with one or more of onRestoreStart(), ',
    ],
  ])('%s(%o) is refused', (method, given, message) => {
    expect(() => created()[method]!(given)).toThrow(message);
  });

  it.each([
    ['close', 5_000, 'the options of close() must be an object, not number'],
    ['close', { timeut: '5s' }, 'close() has no option timeut; did you mean timeout?'],
    ['run', { signal: 'SIGINT' }, 'run() has no option signal; did you mean signals?'],
    [
      'run',
      { signals: 'SIGINT' },
      'option signals of run() must be a list of SIGINT and SIGTERM, or [] for none, not text',
    ],
    ['run', { signals: ['SIGINT', 'SIGUSR2'] }, 'or [] for none, not one with text "SIGUSR2"'],
  ])('%s(%o) rejects, and nothing is begun', async (method, given, message) => {
    const streams = created();
    await expect(streams[method]!(given)).rejects.toThrow(message);
    expect(streams['state']).toBe('CREATED');
    await streams['close']!();
  });
});

describe('before the start', () => {
  it('nothing is known of the brokers, and the lag is unknown, not 0', () => {
    const builder = new StreamsBuilder();
    builder.stream('a', { key: serdes.string(), value: serdes.string() }).foreach(() => undefined);
    expect(start(builder.build()).metrics()).toMatchObject({ state: 'CREATED', connected: false, lag: null });
  });
});

describe('a serde that is missing', () => {
  const texts = { key: serdes.string(), value: serdes.string() };
  const missing = (write: (builder: StreamsBuilder) => void, options: object = {}): (() => KafkaStreams) => {
    const builder = new StreamsBuilder();
    write(builder);
    return () => new KafkaStreams(builder.build(), { ...OPTIONS, ...options });
  };

  it('is told before anything is connected, with the topic and who lost it', () => {
    expect(
      missing((builder) =>
        builder
          .stream('in', texts)
          .mapValues((value) => value.length)
          .filter((length) => length > 3)
          .to('out'),
      ),
    ).toThrow(
      /^sink KSTREAM-SINK-0000000003 has no value serde for out: behind mapValues\(\) KSTREAM-MAPVALUES-0000000001 it is not known what values look like; pass one where the topic is written, as in to\(out, { value: … }\), or set defaultValueSerde/,
    );
    expect(
      missing((builder) =>
        builder
          .stream('in', texts)
          .selectKey((value) => value)
          .groupByKey()
          .count({ store: 'n' }),
      ),
    ).toThrow(/has no key serde for .*: behind selectKey\(\) KSTREAM-KEY-SELECT-0000000001 it is not known/);
    expect(missing((builder) => builder.stream('in', texts).merge(builder.stream('more', texts)).to('out'))).toThrow(
      /behind merge\(\) KSTREAM-MERGE/,
    );
  });

  it('that was never given is asked for where the topic is read', () => {
    expect(missing((builder) => builder.stream('in').foreach(() => undefined))).toThrow(
      /^source KSTREAM-SOURCE-0000000000 has no key serde for in; pass one where the topic is read, as in stream\(in, { key: … }\), or set defaultKeySerde; it was written at \S+app\.test\.ts:\d+:\d+ \(in node KSTREAM-SOURCE-0000000000, a stream\(\) or table\(\)\)$/,
    );
  });

  it('of a store names the operator that keeps it', () => {
    const builder = new StreamsBuilder();
    builder
      .stream('in', { key: serdes.string(), value: serdes.string() })
      .groupByKey()
      .aggregate(
        () => 0,
        (sum) => sum + 1,
      );
    expect(() => start(builder.build())).toThrow(
      /^store KSTREAM-AGGREGATE-STATE-STORE-0000000001 has no value serde; pass one to the operator that keeps it, as in \{ value: … \}, or set defaultValueSerde; it was written at \S+app\.test\.ts:\d+:\d+ \(in node KSTREAM-AGGREGATE-0000000002, an aggregate\(\) or count\(\)\)$/,
    );
  });

  it('may be a default of the application', () => {
    const defaults = { defaultKeySerde: serdes.string(), defaultValueSerde: serdes.json() };
    expect(missing((builder) => builder.stream('in').to('out'), defaults)).not.toThrow();
  });
});

describe('what surprises everybody', () => {
  it('is told once, where a logger first is at hand', () => {
    const lines: string[] = [];
    const warn = (message: string): void => void lines.push(message);
    const logger = { debug: warn, info: warn, warn, error: warn };
    const builder = new StreamsBuilder();
    builder
      .stream('in', { key: serdes.string(), value: serdes.string() })
      .groupByKey()
      .windowedBy(TimeWindows.of({ size: '1m' }))
      .count()
      .toStream((_, { key }) => key)
      .to('in', { key: serdes.string(), value: serdes.long() });
    new KafkaStreams(builder.build(), { ...OPTIONS, commitInterval: '1s', logger });
    expect(lines).toEqual([
      expect.stringMatching(/^KSTREAM-SINK-\d+ writes to in, which the same topology reads/),
      expect.stringMatching(/^the windows of KSTREAM-AGGREGATE-\d+ have no grace/),
    ]);
  });
});

describe('whenRunning()', () => {
  it('rejects when the application ends before', async () => {
    const builder = new StreamsBuilder();
    builder.stream('a', { key: serdes.string(), value: serdes.string() }).foreach(() => undefined);
    const streams = start(builder.build());
    const running = expect(streams.whenRunning()).rejects.toMatchObject({ code: 'STATE_INVALID' });
    await streams.close();
    await running;
    await expect(streams.whenRunning()).rejects.toThrow('the application has ended (NOT_RUNNING)');
  });
});
