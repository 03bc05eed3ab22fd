/** Aggregates over stretches of time, and when their results come. */
import { serdes, SessionWindows, SlidingWindows, TimeWindows, UnlimitedWindows } from '../../../src/index.js';
import { amounts, key, type Example, type Given } from './example.js';

const tens = { key: serdes.timeWindowed(key, '10s'), value: serdes.long() };
const CLICKS: readonly Given[] = [
  ['clicks', 'ann', 1, 2],
  ['clicks', 'ann', 1, 7],
  ['clicks', 'ann', 1, 13],
];

export const windows: readonly Example[] = [
  {
    operators: 'windowedBy: tumbling windows',
    says: 'One after the other, without gaps: each record belongs to one. The key of the result is that of the record, and the window.',
    topology: (builder) => {
      builder
        .stream('clicks', amounts)
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: '10s', grace: '5s' }))
        .count()
        .toStream()
        .to('counts');
    },
    given: [...CLICKS, ['clicks', 'ann', 1, 8], ['clicks', 'ann', 1, 26], ['clicks', 'ann', 1, 9]],
    reads: { counts: tens },
    picture: { name: 'tumbling', every: 10 },
    notes:
      'The record of second 8 comes behind that of second 13 and still counts: its window takes records until time has reached 10 + 5 s of grace. That of second 9 comes when time has reached 26: too late, it is dropped and counted in `metrics().late`.',
  },
  {
    operators: 'windowedBy: hopping windows',
    says: 'As long as `size`, and one begins every `advance`: they overlap, and each record belongs to several.',
    topology: (builder) => {
      builder
        .stream('clicks', amounts)
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: '10s', advance: '5s', grace: '0s' }))
        .count()
        .toStream()
        .to('counts');
    },
    given: CLICKS,
    reads: { counts: tens },
    picture: { name: 'hopping', every: 5 },
  },
  {
    operators: 'windowedBy: sliding windows',
    says: 'A window for each set of records that are at most `timeDifference` apart; both ends are inclusive.',
    topology: (builder) => {
      builder
        .stream('clicks', amounts)
        .groupByKey()
        .windowedBy(SlidingWindows.of({ timeDifference: '10s', grace: '0s' }))
        .count()
        .toStream()
        .to('counts');
    },
    given: CLICKS,
    reads: { counts: tens },
    inclusive: true,
    picture: { name: 'sliding', every: 10 },
  },
  {
    operators: 'windowedBy: sessions',
    says: 'As long as records follow each other within the gap. A record that extends a session, or makes two of them one, first deletes their rows. `aggregate` needs a merger besides, which makes one result of two.',
    topology: (builder) => {
      builder
        .stream('clicks', amounts)
        .groupByKey()
        .windowedBy(SessionWindows.of({ gap: '5s', grace: '10s' }))
        .aggregate(
          () => 0,
          (sum, n) => sum + n,
          (one, other) => one + other,
          { value: amounts.value },
        )
        .toStream()
        .to('visits');
    },
    given: [
      ['clicks', 'ann', 1, 2],
      ['clicks', 'ann', 1, 5],
      ['clicks', 'ann', 1, 14],
      ['clicks', 'ann', 1, 10],
    ],
    reads: { visits: { key: serdes.sessionWindowed(key) } },
    inclusive: true,
    picture: { name: 'sessions', every: 5 },
    notes: 'The last record lies between two sessions and in reach of both: it makes them one.',
  },
  {
    operators: 'windowedBy: one window without an end',
    says: 'Everything from `start` on; records before it belong to no window.',
    topology: (builder) => {
      builder
        .stream('clicks', amounts)
        .groupByKey()
        .windowedBy(UnlimitedWindows.of({ start: 5_000 }))
        .count()
        .toStream((_, { key }) => key)
        .to('counts-since-5s', { key, value: serdes.long() });
    },
    given: CLICKS,
    reads: { 'counts-since-5s': { value: serdes.long() } },
  },
  {
    operators: 'suppress, until the window closes',
    says: 'One result for each window, its last: when a later record has moved time past its end and its grace.',
    topology: (builder) => {
      builder
        .stream('clicks', amounts)
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: '10s', grace: '5s' }))
        .count()
        .suppress({ until: 'windowCloses' })
        .toStream()
        .to('final-counts');
    },
    given: [...CLICKS, ['clicks', 'ann', 1, 9], ['clicks', 'bob', 1, 16], ['clicks', 'bob', 1, 27]],
    reads: { 'final-counts': tens },
    picture: { name: 'suppress', every: 10 },
    notes:
      'Nothing comes at second 10, and nothing by the clock on the wall: it is the record of second 16 that closes the first window. Those of the last window are still held back. [Why is there no output?](why-no-output.md) has more of this kind.',
  },
  {
    operators: 'emitStrategy',
    says: 'The same without a buffer: the operator itself tells of a window when it closes.',
    topology: (builder) => {
      builder
        .stream('clicks', amounts)
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: '10s', grace: '0s' }))
        .emitStrategy('onWindowClose')
        .count()
        .toStream()
        .to('closed-counts');
    },
    given: [...CLICKS, ['clicks', 'bob', 1, 21]],
    reads: { 'closed-counts': tens },
  },
];
