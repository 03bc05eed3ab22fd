import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import { serdes } from '../../../src/serde/serdes.js';
import type { OffsetReset } from '../../../src/topology/offset-reset.js';
import { StartOffsets } from '../../../src/worker/topics/start-offsets.js';

const STRINGS = { key: serdes.string(), value: serdes.string() };
const NOW = 1_700_000_000_000;

function topology(offsetReset?: OffsetReset) {
  const builder = new StreamsBuilder();
  const own = offsetReset === undefined ? {} : { offsetReset };
  // Named as the application's internal topics are.
  builder
    .stream('app-events', { ...STRINGS, ...own, name: 'events' })
    .groupBy((value) => value, STRINGS)
    .count({ store: 'counts' });
  return builder.build();
}

/** What the broker was asked for. */
async function asked(source: string, own: OffsetReset | undefined, autoOffsetReset: OffsetReset): Promise<unknown> {
  let target: unknown = null;
  const starts = new StartOffsets({
    topology: topology(own),
    config: { autoOffsetReset, clock: { now: () => NOW } },
    admin: {
      listOffsets: (partitions, at) => {
        target = at;
        return Promise.resolve(partitions.map((one) => ({ ...one, offset: 5 })));
      },
    },
  });
  const start = await starts.find({ topic: 't', partition: 1, source }, 'nothing is committed');
  expect(start).toEqual({ topic: 't', partition: 1, offset: 5 });
  return target;
}

describe('StartOffsets', () => {
  it.each<[OffsetReset | undefined, OffsetReset, unknown]>([
    ['earliest', 'latest', 'earliest'],
    ['earliest', 'none', 'earliest'],
    ['latest', 'earliest', 'latest'],
    [undefined, 'latest', 'latest'],
    [{ byDuration: '1h' }, 'none', NOW - 3_600_000],
    [undefined, { byDuration: '1m' }, NOW - 60_000],
  ])('source %j, application %j', async (own, application, expected) => {
    expect(await asked('events', own, application)).toBe(expected);
  });

  it('reads what the application itself has written from its start', async () => {
    expect(await asked('counts-repartition-source', 'latest', 'none')).toBe('earliest');
  });

  it.each<[OffsetReset | undefined, OffsetReset, RegExp]>([
    ['none', 'earliest', /^nothing is committed, and the offsetReset of source events is none; .*in node events/],
    [undefined, 'none', /^nothing is committed, and autoOffsetReset is none; /],
  ])('refuses: source %j, application %j', async (own, application, message) => {
    await expect(asked('events', own, application)).rejects.toMatchObject({
      code: 'OFFSET_OUT_OF_RANGE',
      message: expect.stringMatching(message) as string,
    });
  });
});
