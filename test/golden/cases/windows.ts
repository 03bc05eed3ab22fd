import type { KGroupedStream } from '../../../src/dsl/grouped-stream.js';
import type { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { serdes } from '../../../src/serde/serdes.js';
import { SessionWindows } from '../../../src/time/session-windows.js';
import { SlidingWindows } from '../../../src/time/sliding-windows.js';
import { TimeWindows } from '../../../src/time/time-windows.js';
import { UnlimitedWindows } from '../../../src/time/unlimited-windows.js';
import type { GoldenCase } from '../golden-case.js';
import { stream } from './streams.js';

const sliding = SlidingWindows.of({ timeDifference: '10s', grace: '5s' });
const tumbling = TimeWindows.of({ size: '10s', grace: '5s' });
const unlimited = UnlimitedWindows.of({ start: 1_000 });
const last = (_: string, given: string): string => given;
const empty = (): string => '';
const keep = (total: string): string => total;

function byValue(builder: StreamsBuilder): KGroupedStream<string, string> {
  return stream(builder, 'input').groupBy((value) => value);
}

export const windowCases: readonly GoldenCase[] = [
  {
    name: 'sliding-count',
    write: (builder) => byValue(builder).windowedBy(sliding).count().toStream().to('output'),
  },
  {
    name: 'sliding-count-serde-only',
    write: (builder) =>
      byValue(builder)
        .windowedBy(sliding)
        .count({ key: serdes.string(), value: serdes.long() })
        .toStream()
        .to('output'),
  },
  {
    name: 'sliding-count-named',
    write: (builder) =>
      byValue(builder).windowedBy(sliding).count({ name: 'counted', store: 'counts' }).toStream().to('output'),
  },
  {
    name: 'sliding-reduce',
    write: (builder) => byValue(builder).windowedBy(sliding).reduce(last).toStream().to('output'),
  },
  {
    name: 'sliding-aggregate',
    write: (builder) => byValue(builder).windowedBy(sliding).aggregate(empty, keep).toStream().to('output'),
  },
  {
    name: 'sliding-retention-too-short',
    refused: 'CONFIG_INVALID',
    write: (builder) => void byValue(builder).windowedBy(sliding).count({ store: 'counts', retention: '24s' }),
  },
  {
    name: 'sliding-cogroup',
    write: (builder) =>
      stream(builder, 'a')
        .groupByKey()
        .cogroup(keep)
        .cogroup(stream(builder, 'b').groupByKey(), keep)
        .windowedBy(sliding)
        .aggregate(empty)
        .toStream()
        .to('output'),
  },
  {
    name: 'window-emit-on-close',
    write: (builder) =>
      byValue(builder)
        .windowedBy(tumbling)
        .emitStrategy('onWindowClose')
        .count({ key: serdes.string(), value: serdes.long() })
        .toStream()
        .to('output'),
  },
  {
    name: 'sliding-emit-on-close',
    write: (builder) =>
      byValue(builder)
        .windowedBy(sliding)
        .emitStrategy('onWindowClose')
        .reduce(last, { name: 'latest', store: 'store' })
        .toStream()
        .to('output'),
  },
  {
    name: 'session-emit-on-close',
    write: (builder) =>
      byValue(builder)
        .windowedBy(SessionWindows.of({ gap: '10s' }))
        .emitStrategy('onWindowClose')
        .count()
        .toStream()
        .to('output'),
  },
  {
    name: 'unlimited-emit-on-close',
    refused: 'CONFIG_INVALID',
    write: (builder) => void byValue(builder).windowedBy(unlimited).emitStrategy('onWindowClose').count(),
  },
  {
    name: 'unlimited-count',
    write: (builder) => byValue(builder).windowedBy(unlimited).count().toStream().to('output'),
  },
  {
    name: 'unlimited-reduce-named',
    write: (builder) =>
      byValue(builder).windowedBy(unlimited).reduce(last, { name: 'latest', store: 'store' }).toStream().to('output'),
  },
];
