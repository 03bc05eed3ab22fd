/**
 * What runs through the faults: a windowed count, a count behind a repartition, a join of streams, sessions told when they are
 * over, a join of tables and one by a foreign key. The instances run it, and the checker runs it undisturbed.
 */

/** @typedef {import('./order.js').SuiteTopics} SuiteTopics */

/** Keys of records that only move the time; what becomes of them is looked at by nobody. */
export const CLOSING = 'closing';

/** Milliseconds of event time. */
const WINDOW_MS = 2_000;
const JOIN_MS = 400;
const GAP_MS = 700;
const SESSION_GRACE_MS = 300;
/** Where order between partitions is free, nothing is ever too late. */
const GRACE = '2h';

const GROUPS = 5;

/**
 * @param {typeof import('../../../src/index.js')} millrace of the build that is disturbed, or of the sources
 * @param {SuiteTopics} topics
 */
export function suiteTopology({ JoinWindows, serdes, SessionWindows, StreamsBuilder, TimeWindows }, topics) {
  const strings = { key: serdes.string(), value: serdes.string() };
  const windows = TimeWindows.of({ size: WINDOW_MS, grace: GRACE });
  const builder = new StreamsBuilder();
  const clicks = builder.stream(topics.clicks, strings);

  clicks
    .groupByKey()
    .windowedBy(windows)
    .count({ store: 'counts' })
    .toStream()
    .map((count, windowed) => [windowed.key, `${String(windowed.window.start)} ${String(count)}`])
    .to(topics.counts, strings);

  clicks
    .filter((_, key) => !key.startsWith(CLOSING))
    .groupBy((value) => `group-${String(Number(value) % GROUPS)}`, { ...strings, name: 'groups' })
    .windowedBy(windows)
    .count({ store: 'group-counts' })
    .toStream()
    .map((count, windowed) => [windowed.key, `${String(windowed.window.start)} ${String(count)}`])
    .to(topics.groups, strings);

  clicks
    .outerJoin(
      builder.stream(topics.views, strings),
      (click, view) => `${click ?? 'none'}+${view ?? 'none'}`,
      JoinWindows.of({ timeDifference: JOIN_MS, grace: GRACE }),
      { ...strings, otherValue: strings.value, store: 'pairs' },
    )
    .to(topics.pairs, strings);

  clicks
    .groupByKey()
    .windowedBy(SessionWindows.of({ gap: GAP_MS, grace: SESSION_GRACE_MS }))
    .count({ store: 'sessions' })
    .suppress({ until: 'windowCloses' })
    .toStream()
    .map((count, { key, window }) => [key, `${String(window.start)}-${String(window.end)} ${String(count)}`])
    .to(topics.sessions, strings);

  builder
    .table(topics.lefts, strings)
    .join(builder.table(topics.rights, strings), (left, right) => `${left}+${right}`)
    .toStream()
    .to(topics.tables, strings);

  builder
    .table(topics.orders, strings)
    .leftJoin(
      builder.table(topics.products, strings),
      (order) => order.split('@')[1] ?? null,
      (order, product) => `${order}+${product ?? 'none'}`,
    )
    .toStream()
    .to(topics.foreign, strings);

  return builder.build();
}
