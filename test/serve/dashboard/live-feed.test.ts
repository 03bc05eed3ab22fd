import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LastHour } from '../../../src/serve/dashboard/last-hour.js';
import type { LiveData } from '../../../src/serve/dashboard/live-data.js';
import { LiveFeed } from '../../../src/serve/dashboard/live-feed.js';
import { TestApplication } from '../served-application.js';

let streams: TestApplication;
let feed: LiveFeed;
let measured: number;

beforeEach(() => {
  vi.useFakeTimers();
  streams = new TestApplication();
  measured = 0;
  const metrics = streams.metrics.bind(streams);
  streams.metrics = () => {
    measured += 1;
    return metrics();
  };
  feed = new LiveFeed(streams, new LastHour(() => streams.metrics()));
});
afterEach(() => {
  feed.close();
  vi.useRealTimers();
});

type Reader = ReadableStreamDefaultReader<Uint8Array>;

function reader(): Reader {
  const stream = feed.watch();
  if (stream === null) throw new Error('refused');
  return stream.getReader();
}

async function next(from: Reader): Promise<LiveData> {
  const { value } = await from.read();
  return JSON.parse(new TextDecoder().decode(value).replace(/^data: /, '')) as LiveData;
}

it('begins with everything, then tells once a second what is new', async () => {
  streams.log.add('state', 'CREATED → REBALANCING');
  const page = reader();
  const first = await next(page);
  expect(first.introduction?.applicationId).toBe('orders');
  expect(first.introduction?.subTopologies).toHaveLength(1);
  expect(first.news.occurrences.map(({ text }) => text)).toEqual(['CREATED → REBALANCING']);

  streams.log.add('rebalance', 'joins the group: not a member yet');
  streams.nodes = { lines: 5 };
  const second = next(page);
  await vi.advanceTimersByTimeAsync(999);
  expect(measured).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  const { introduction, moment, news } = await second;
  expect(introduction).toBeUndefined();
  expect(moment.flow.nodes).toEqual({ lines: 5 });
  expect(news.occurrences.map(({ text }) => text)).toEqual(['joins the group: not a member yet']);
});

it('measures once for all who look, and not at all when nobody does', async () => {
  const pages = [reader(), reader(), reader()];
  await Promise.all(pages.map(next));
  measured = 0;
  const all = Promise.all(pages.map(next));
  await vi.advanceTimersByTimeAsync(1_000);
  await all;
  expect(measured).toBe(1);

  // Who does not read is not written to.
  await vi.advanceTimersByTimeAsync(60_000);
  expect(measured).toBe(1);
  await Promise.all(pages.map((page) => page.cancel()));
  expect(vi.getTimerCount()).toBe(0);
});

it('is for thirty-two pages at a time; what nobody reads does not count', async () => {
  for (let i = 0; i < 100; i += 1) feed.watch();
  const pages = Array.from({ length: 32 }, reader);
  await Promise.all(pages.map(next));
  expect(feed.watch()).toBeNull();
  await pages[0]?.cancel();
  expect(feed.watch()).not.toBeNull();
});

it('tells whoever looks the last, then ends their streams', async () => {
  const pages = [reader(), reader()];
  await Promise.all(pages.map(next));
  const last = Promise.all(pages.map(next));
  await vi.advanceTimersByTimeAsync(500);
  streams.log.add('failure', 'PROCESSING_FAILED at lines-0-7');
  streams.state = 'ERROR';
  feed.close();
  for (const { moment, news } of await last) {
    expect(moment.metrics.state).toBe('ERROR');
    expect(news.occurrences.map(({ text }) => text)).toEqual(['PROCESSING_FAILED at lines-0-7']);
  }
  for (const page of pages) expect((await page.read()).done).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});
