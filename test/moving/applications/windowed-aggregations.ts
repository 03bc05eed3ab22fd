/** Applications that aggregate by key and time. */
import { serdes } from '../../../src/serde/serdes.js';
import { SessionWindows } from '../../../src/time/session-windows.js';
import { SlidingWindows } from '../../../src/time/sliding-windows.js';
import { TimeWindows } from '../../../src/time/time-windows.js';
import { TEXTS, type MovingApplication } from './application.js';

const COUNTED = { value: serdes.long() };

export const WINDOWED_AGGREGATIONS: readonly MovingApplication[] = [
  {
    name: 'windowed-count',
    inputs: ['events'],
    write: (builder, [input], output) => {
      builder
        .stream(input!, TEXTS)
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: '10s', advance: '5s', grace: '5s' }))
        .count({ store: 'counts' })
        .toStream()
        .to(output, COUNTED);
    },
    certain: 'sequence',
    changelogs: ['counts'],
  },
  {
    name: 'cogroup-windowed',
    inputs: ['events', 'events'],
    write: (builder, [one, other], output) => {
      builder
        .stream(one!, TEXTS)
        .groupByKey()
        .cogroup<string>((sum, value: string | null) => `${sum}<${String(value)}`)
        .cogroup(builder.stream(other!, TEXTS).groupByKey(), (sum, value: string | null) => `${sum}>${String(value)}`)
        .windowedBy(TimeWindows.of({ size: '10s', grace: '5s' }))
        .aggregate(() => '', { store: 'both', ...TEXTS })
        .toStream()
        .to(output, { value: serdes.string() });
    },
    certain: 'sequence',
    changelogs: ['both'],
  },
  {
    name: 'suppress-until-window-closes',
    inputs: ['events'],
    write: (builder, [input], output) => {
      builder
        .stream(input!, TEXTS)
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: '10s', grace: '5s' }))
        .count({ store: 'counts' })
        .suppress({ until: 'windowCloses', name: 'final' })
        .toStream()
        .to(output, COUNTED);
    },
    certain: 'sequence',
    changelogs: ['counts', 'final-store'],
    untimed: ['final-store'],
  },
  {
    name: 'sliding-aggregate',
    inputs: ['events'],
    write: (builder, [input], output) => {
      builder
        .stream(input!, TEXTS)
        .groupByKey()
        .windowedBy(SlidingWindows.of({ timeDifference: '4s', grace: '3s' }))
        .aggregate(
          () => '',
          (sum, value) => `${sum},${value}`,
          { store: 'slides', value: serdes.string() },
        )
        .toStream()
        .to(output, { value: serdes.string() });
    },
    certain: 'sequence',
    changelogs: ['slides'],
  },
  {
    // The time up to which windows have been emitted moves beside the offsets.
    name: 'emit-on-window-close',
    closing: 10_000,
    inputs: ['events'],
    write: (builder, [input], output) => {
      builder
        .stream(input!, TEXTS)
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: '10s', grace: '5s' }))
        .emitStrategy('onWindowClose')
        .count({ store: 'counts' })
        .toStream()
        .to(output, COUNTED);
    },
    certain: 'sequence',
    changelogs: ['counts'],
    // A record for a window that has been emitted is late here after a restart, too; the JVM takes it into its store.
    certainAfterRestart: [],
  },
  {
    name: 'session-aggregate',
    inputs: ['events'],
    write: (builder, [input], output) => {
      builder
        .stream(input!, TEXTS)
        .groupByKey()
        .windowedBy(SessionWindows.of({ gap: '3s', grace: '2s' }))
        .aggregate(
          () => '',
          (sum, value: string | null) => `${sum},${String(value)}`,
          (one, other) => `${one}|${other}`,
          { store: 'sessions', value: serdes.string() },
        )
        .toStream()
        .to(output, { value: serdes.string() });
    },
    certain: 'sequence',
    changelogs: ['sessions'],
  },
];
