/** Applications that join a stream with something else. */
import { JoinWindows } from '../../../src/time/join-windows.js';
import { both, TEXTS, type MovingApplication } from './application.js';

/** A right record may be 2 s older and 4 s younger. */
const WITHIN = JoinWindows.of({ timeDifference: '4s', before: '2s', grace: '3s' });

const VERSIONS = { ...TEXTS, store: 'versions', versioned: { historyRetention: '1m' } } as const;

export const JOINS: readonly MovingApplication[] = [
  {
    name: 'stream-table-join',
    inputs: ['events', 'changes'],
    write: (builder, [input, changes], output) => {
      builder.stream(input!, TEXTS).leftJoin(builder.table(changes!, TEXTS), both).to(output, TEXTS);
    },
    certain: 'sequence',
    changelogs: ['$1-STATE-STORE-0000000001'],
  },
  {
    name: 'stream-stream-join',
    inputs: ['events', 'events'],
    write: (builder, [left, right], output) => {
      builder.stream(left!, TEXTS).join(builder.stream(right!, TEXTS), both, WITHIN).to(output, TEXTS);
    },
    certain: 'sequence',
    changelogs: ['KSTREAM-JOINTHIS-0000000004-store', 'KSTREAM-JOINOTHER-0000000005-store'],
    numbered: ['KSTREAM-JOINTHIS-0000000004-store', 'KSTREAM-JOINOTHER-0000000005-store'],
  },
  {
    name: 'stream-stream-left-join',
    inputs: ['events', 'events'],
    write: (builder, [left, right], output) => {
      builder.stream(left!, TEXTS).leftJoin(builder.stream(right!, TEXTS), both, WITHIN).to(output, TEXTS);
    },
    certain: 'sequence',
    changelogs: [
      'KSTREAM-JOINTHIS-0000000004-store',
      'KSTREAM-OUTEROTHER-0000000005-store',
      'KSTREAM-OUTERSHARED-0000000004-store',
    ],
    numbered: ['KSTREAM-JOINTHIS-0000000004-store', 'KSTREAM-OUTEROTHER-0000000005-store'],
  },
  {
    name: 'stream-stream-outer-join',
    inputs: ['events', 'events'],
    write: (builder, [left, right], output) => {
      builder.stream(left!, TEXTS).outerJoin(builder.stream(right!, TEXTS), both, WITHIN).to(output, TEXTS);
    },
    certain: 'sequence',
    changelogs: [
      'KSTREAM-OUTERTHIS-0000000004-store',
      'KSTREAM-OUTEROTHER-0000000005-store',
      'KSTREAM-OUTERSHARED-0000000004-store',
    ],
    numbered: ['KSTREAM-OUTERTHIS-0000000004-store', 'KSTREAM-OUTEROTHER-0000000005-store'],
  },
  {
    name: 'versioned-join',
    inputs: ['events', 'changes'],
    write: (builder, [input, changes], output) => {
      builder.stream(input!, TEXTS).join(builder.table(changes!, VERSIONS), both).to(output, TEXTS);
    },
    certain: 'sequence',
    changelogs: ['versions'],
    versioned: ['versions'],
  },
  {
    name: 'versioned-join-with-grace',
    inputs: ['events', 'changes'],
    write: (builder, [input, changes], output) => {
      builder
        .stream(input!, TEXTS)
        .join(builder.table(changes!, VERSIONS), both, { name: 'at-its-time', grace: '4s' })
        .to(output, TEXTS);
    },
    certain: 'sequence',
    changelogs: ['at-its-time-Buffer', 'versions'],
    versioned: ['versions'],
    untimed: ['at-its-time-Buffer'],
    numbered: ['at-its-time-Buffer'],
    // The JVM's buffer comes back with the wall-clock time of its changelog records: from then on nothing waits in it.
    certainAfterRestart: ['versions'],
  },
];
