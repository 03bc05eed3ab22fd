/** What goes wrong in a running application is on the page of the dashboard within two seconds, and the page costs the instance little. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage } from '../../scripts/dashboard/build-page.js';
import { KafkaStreams } from '../../src/app.js';
import type { KafkaStreamsOptions } from '../../src/config/options.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { Occurrence } from '../../src/observe/activity.js';
import { silentLogger } from '../../src/observe/logger.js';
import { serdes } from '../../src/serde/serdes.js';
import { HalfOpenRelay } from '../broker/kafkajs/half-open-relay.js';
import { hasChromium, launchChromium } from '../dashboard/chromium.js';
import { produce, until } from './application-fixture.js';
import { Child } from './counting-group.js';
import { brokers, createTopic, uniqueName } from './kafka.js';
import type { AskedOptions } from './queries-topology.js';

const WITHIN_MS = 2_000;
const STALL_MS = 1_000;
const TICK_MS = 20;
/** Shares of a core, as they are meant to be, and as a test on a busy machine can hold them. */
const WATCHING_COSTS = { meant: 0.02, bound: 0.1 };
const CPU_MS = 10_000;

const folder = mkdtempSync(join(tmpdir(), 'dashboard-'));

interface Sight {
  /** Ms since the epoch. */
  readonly at: number;
  /** For how long the page had no thread meanwhile, ms. */
  readonly late: number;
}

/** Runs in the page: resolves once so many elements hold the text. */
const SEE = (text: string, selector: string, count: number): string => `new Promise((resolve) => {
  let late = 0;
  let tick = performance.now();
  const ticking = setInterval(() => {
    const now = performance.now();
    late += Math.max(0, now - tick - ${String(2 * TICK_MS)});
    tick = now;
  }, ${String(TICK_MS)});
  const look = () => {
    const all = [...document.querySelectorAll(${JSON.stringify(selector)})];
    if (all.filter((one) => one.textContent.includes(${JSON.stringify(text)})).length < ${String(count)}) return;
    watching.disconnect();
    clearInterval(ticking);
    resolve({ at: Date.now(), late });
  };
  const watching = new MutationObserver(look);
  watching.observe(document.body, { childList: true, subtree: true, characterData: true });
  look();
})`;

/**
 * Ms from a moment until the page shows a text, less those for which a busy machine let neither the instance nor the page have its turn.
 * @param happen gives the moment, ms since the epoch
 */
async function timeToSee(
  page: Page,
  text: string,
  happen: () => Promise<number>,
  selector = '.timeline li, .warnings p',
): Promise<number> {
  const before = await page.locator(selector).filter({ hasText: text }).count();
  const seen = page.evaluate<Sight>(SEE(text, selector, before + 1));
  let late = 0;
  let tick = performance.now();
  const ticking = setInterval(() => {
    const now = performance.now();
    late += Math.max(0, now - tick - 2 * TICK_MS);
    tick = now;
  }, TICK_MS);
  const since = await happen();
  const sight = await seen;
  clearInterval(ticking);
  const took = sight.at - since;
  const without = took - late - sight.late;
  console.log(`${text}: shown after ${took.toFixed(0)} ms, ${without.toFixed(0)} without waiting for the machine`);
  return without;
}

describe.skipIf(!hasChromium)('a running application on the dashboard', { timeout: 180_000 }, () => {
  let browser: Browser;
  let relay: HalfOpenRelay;
  let input: string;
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  /** When the processor was given such a record. */
  const begun: Record<string, number> = {};
  const applicationId = uniqueName('seen');
  const running: KafkaStreams[] = [];

  function topology(): ReturnType<StreamsBuilder['build']> {
    const builder = new StreamsBuilder();
    builder.stream(input, { key: serdes.string(), value: serdes.json<{ what: string }>() }).process({
      get: () => ({
        process: ({ value: { what } }) => {
          begun[what] = Date.now();
          if (what === 'fatal') throw new Error('secret');
          return what === 'stand' ? gate : undefined;
        },
      }),
    });
    return builder.build();
  }

  async function start(name: string, more: Partial<KafkaStreamsOptions> = {}): Promise<KafkaStreams> {
    const streams = new KafkaStreams(topology(), {
      ...{ applicationId, stateDir: join(folder, name), logger: silentLogger },
      kafka: { brokers: brokers() },
      server: { port: 0 },
      stallTimeout: STALL_MS,
      asyncDrainTimeout: 0,
      closeTimeout: '5s',
      deserializationErrorHandler: 'continue',
      ...more,
    });
    running.push(streams);
    await streams.start();
    return streams;
  }

  function relayToBroker(): Promise<HalfOpenRelay> {
    const [host = '', port = ''] = (brokers()[0] ?? '').split(':');
    return HalfOpenRelay.to(host, Number(port));
  }

  async function open(streams: KafkaStreams): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(`${streams.serverUrl ?? ''}/dashboard/#/events`);
    await page.getByRole('heading', { name: 'Events', level: 1 }).waitFor();
    return page;
  }

  const partitionOf = (streams: KafkaStreams): number =>
    streams.metadata().find(({ isHere }) => isHere)?.partitions[0]?.partition ?? -1;
  const have = (count: number): boolean =>
    running.every(
      (one) => one.state === 'RUNNING' && one.metadata().find(({ isHere }) => isHere)?.tasks.length === count,
    );

  beforeAll(async () => {
    await buildPage(join(import.meta.dirname, '../../dist/dashboard'));
    browser = await launchChromium();
    input = await createTopic('seen', { partitions: 3 });
    relay = await relayToBroker();
  }, 240_000);
  afterAll(async () => {
    release();
    await Promise.all(running.map((streams) => streams.close()));
    await Promise.all([browser.close(), relay.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  it('a rebalance, a poison record, a stalled task, a stopped broker and the end of an instance are seen within 2 s', async () => {
    const through: KafkaStreamsOptions['kafka'] = {
      brokers: brokers(),
      socketFactory: ({ onConnect }) => connect(relay.port, '127.0.0.1', onConnect),
    };
    const [one, two] = await Promise.all([start('one', { kafka: through }), start('two')]);
    await until(() => running.every(({ state }) => state === 'RUNNING') && one.metadata().length === 2);
    const [page, other] = [await open(one), await open(two)];
    const took: Record<string, number> = {};

    // From when the instance is told to join anew; before that the group alone knows.
    const joins = 'joins the group: the group is rebalancing';
    const told = (): Occurrence[] => one.activity().occurrences.filter(({ text }) => text.includes(joins));
    const before = told().length;
    await until(async () => (await page.getByText(joins).count()) === before);
    took['rebalance'] = await timeToSee(page, joins, async () => {
      await start('three');
      await until(() => told().length > before);
      return told()[before]?.at ?? 0;
    });
    await until(() => have(1));

    // From when it is in the log: it is fetched at once.
    const partition = partitionOf(one);
    took['poison record'] = await timeToSee(page, `a record was dropped: `, async () => {
      await produce(input, [['k', 'poison']], partition);
      return Date.now();
    });
    expect(await page.textContent('.timeline')).toContain(`at ${input}-${String(partition)}-0`);
    expect(await page.textContent('body')).not.toContain('poison');

    // From when it has made no progress for `stallTimeout`.
    const task = `0_${String(partition)}`;
    took['stalled task'] = await timeToSee(page, `Task ${task} stands still`, async () => {
      await produce(input, [['k', '{"what":"stand"}']], partition);
      await until(() => begun['stand'] !== undefined);
      return (begun['stand'] ?? 0) + STALL_MS;
    });
    release();

    // From when its connections end; new ones are refused.
    took['stopped broker'] = await timeToSee(page, 'A broker does not answer.', async () => {
      const stopped = Date.now();
      await relay.stop();
      return stopped;
    });
    await page.locator('.timeline').getByText('is lost: ').first().waitFor();
    relay = await relayToBroker();
    await page.locator('.timeline').getByText('answers again').first().waitFor();

    // From when the function throws; the instance itself is gone then, and the page has its last word.
    took['end'] = await timeToSee(other, 'The application has failed: PROCESSING_FAILED', async () => {
      await produce(input, [['k', '{"what":"fatal"}']], partitionOf(two));
      await until(() => begun['fatal'] !== undefined);
      return begun['fatal'] ?? 0;
    });
    await two.closed;
    await other.getByText('This instance does not answer').waitFor();
    expect(await other.textContent('body')).toContain('The application has failed: PROCESSING_FAILED');
    expect(await other.textContent('body')).not.toContain('secret');
    for (const [what, ms] of Object.entries(took)) expect(ms, what).toBeLessThan(WITHIN_MS);
  });

  it('costs the instance little while somebody looks', async () => {
    const application: AskedOptions['application'] = {
      ...{ applicationId: uniqueName('watched'), kafka: { brokers: brokers() }, stateDir: join(folder, 'watched') },
      server: { port: 0 },
    };
    const topic = await createTopic('watched', { partitions: 6 });
    await produce(topic, [['k', 'v']]);
    const child = new Child<object>({ input: topic, application }, 'dashboard-child.ts');
    try {
      await until(() => child.lines('cpu RUNNING').length > 0);
      const url = (child.lines('serves')[0] ?? '').split(' ')[1] ?? '';
      const page = await browser.newPage();
      await page.goto(`${url}/dashboard/`);
      await page.getByRole('heading', { name: 'Topology', level: 1 }).waitFor();
      await page.locator('.graph .topic').first().waitFor();
      const watched = await shareOfCore(child);
      await page.close();
      // Afterwards: an instance that has just begun takes more, and so the page costs at most what is measured.
      const alone = await shareOfCore(child);
      const costs = watched - alone;
      const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
      console.log(
        `a page costs at most ${percent(costs)} of a core (meant: below ${percent(WATCHING_COSTS.meant)}); alone the instance takes ${percent(alone)}`,
      );
      expect(costs).toBeLessThan(WATCHING_COSTS.bound);
    } finally {
      child.kill('SIGKILL');
      await child.ended;
    }
  });

  /** What it takes over some seconds from now on. */
  async function shareOfCore(child: Child<object>): Promise<number> {
    const said = (): [number, number][] =>
      child.lines('cpu').map((line) => line.split(' ').slice(2).map(Number) as [number, number]);
    const from = said().length;
    const first = (): [number, number] => said()[from] ?? [0, Infinity];
    const last = (): [number, number] => said().at(-1) ?? [0, 0];
    await until(() => last()[1] - first()[1] >= CPU_MS);
    return (last()[0] - first()[0]) / (last()[1] - first()[1]);
  }
});
