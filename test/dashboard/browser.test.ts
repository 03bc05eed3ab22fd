import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildPage } from '../../scripts/dashboard/build-page.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import type { Activity } from '../../src/observe/activity.js';
import { serve, type RunningServer } from '../../src/serve/server.js';
import { flowOf } from '../../src/worker/flow.js';
import { StoreGroup } from '../query/store-instances.js';
import { TestApplication } from '../serve/served-application.js';
import { spec } from '../store/state-bench.js';
import { MemoryInstance } from '../worker/loop/memory-instance.js';
import { seriousFindings } from './axe.js';
import { hasChromium, launchChromium, SHOTS } from './chromium.js';

const ROOT = join(import.meta.dirname, '..', '..');
const TOKEN = 'correct-horse-battery';
const WAIT = { timeout: 60_000, interval: 100 };

/** What runs is real, over a broker in memory; what it measures beside its records is set by the test. */
class RunningOverMemory extends TestApplication {
  constructor(readonly instance: MemoryInstance) {
    super();
    const { measured } = this;
    this.measured = { ...measured, producer: { ...measured.producer, waiting: 0 } };
  }

  override activity(): Activity {
    return { ...flowOf(this.instance.tasks, this.instance.reader), occurrences: this.log.latest };
  }
}

describe.skipIf(!hasChromium)('the page in a browser', { timeout: 240_000 }, () => {
  let browser: Browser;
  let server: RunningServer;
  let streams: RunningOverMemory;
  const complaints: string[] = [];

  beforeAll(async () => {
    await buildPage(join(ROOT, 'dist', 'dashboard'));
    browser = await launchChromium();
    const text = { key: serdes.string(), value: serdes.string() };
    const builder = new StreamsBuilder();
    builder.stream('lines', text).groupByKey().count({ store: 'counts' }).toStream().to('counts-out');
    const instance = new MemoryInstance({ '0_0': builder.build() });
    await instance.instance.start();
    instance.tasks.open(['0_0']);
    streams = new RunningOverMemory(instance);
    streams.log.add('rebalance', 'joins the group: not a member yet');
    server = await serve(streams, { port: 0, token: TOKEN });
  }, 240_000);
  afterAll(async () => {
    await browser.close();
    await server.close();
    await streams.instance.stop();
  });
  beforeEach(() => {
    complaints.length = 0;
  });

  async function open(view: Parameters<Browser['newPage']>[0], url = server.url): Promise<Page> {
    const page = await browser.newPage(view);
    page.setDefaultTimeout(WAIT.timeout);
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (line) => {
      // That the token is asked for is an answer of 401, which browsers note.
      if (line.type() === 'error' && !line.text().includes('401')) complaints.push(line.text());
    });
    await page.goto(`${url}/dashboard`);
    return page;
  }

  async function login(page: Page): Promise<void> {
    await page.getByLabel('Token of this instance').fill(TOKEN);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Topology' }).waitFor();
  }

  it('asks for the token, and shows nothing for a wrong one', async () => {
    const page = await open({});
    await page.getByLabel('Token of this instance').fill('not-the-right-token');
    await page.getByRole('button').click();
    await page.getByRole('alert').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(await page.textContent('body')).not.toContain('counts');
    await login(page);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it.each(['light', 'dark'] as const)(
    'shows what flows and what is wrong, with nothing that axe minds: %s',
    async (colorScheme) => {
      const page = await open({ colorScheme, viewport: { width: 1280, height: 900 } });
      await login(page);
      await page.locator('.graph .topic').first().waitFor();
      const writing = setInterval(() => {
        streams.instance.write('lines', ['a', 'b', 'c']);
      }, 100);
      try {
        await page.locator('.way.flows').first().waitFor();
      } finally {
        clearInterval(writing);
      }
      for (const title of ['Topology', 'Tasks', 'Events', 'Health']) {
        await page.getByRole('link', { name: title, exact: true }).press('Enter');
        await page.getByRole('heading', { name: title, level: 1 }).waitFor();
        expect(await seriousFindings(page), title).toEqual([]);
        await page.screenshot({ path: join(SHOTS, `${colorScheme}-${title.toLowerCase()}.png`), fullPage: true });
      }
      await page.goto(`${server.url}/dashboard/#/events`);
      await page.getByText('joins the group: not a member yet').waitFor();
      const { measured } = streams;
      streams.measured = {
        ...measured,
        stalls: { count: 1, now: [{ task: '0_0', reason: 'the producer is full', forMs: 1 }] },
      };
      streams.log.add('stall', 'task 0_0 stands still: the producer is full');
      await page.getByRole('status').getByText('Task 0_0 stands still: the producer is full').waitFor();
      await page.locator('.timeline').getByText('task 0_0 stands still').first().waitFor();
      streams.measured = measured;
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  it('fits a phone', async () => {
    const page = await open({ viewport: { width: 360, height: 740 } });
    await login(page);
    for (const title of ['Topology', 'Tasks', 'Events', 'Health']) {
      await page.getByRole('link', { name: title, exact: true }).click();
      await page.getByRole('heading', { name: title, level: 1 }).waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth'), title).toBeLessThanOrEqual(360);
      await page.screenshot({ path: join(SHOTS, `phone-${title.toLowerCase()}.png`), fullPage: true });
    }
    await page.close();
  });

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
  ] as const)('looks into stores, by keyboard and on a phone: %s, %d', async (colorScheme, width) => {
    const group = new StoreGroup(
      [
        spec({ name: 'counts', kind: 'keyValue', format: 'timestamped' }),
        spec({ name: 'per-minute', kind: 'window', format: 'timestamped', retentionMs: 1e9, windowSizeMs: 60_000 }),
      ],
      2,
    );
    const noon = Date.UTC(2026, 4, 1, 12);
    for (const [n, key] of ['mill', 'race', 'weir'].entries()) {
      const { state } = group.taskOf(key);
      state.get<string, number>('keyValue', 'counts', 'timestamped').put(key, n + 7, noon);
      // What the changelog has of it.
      const task = group.taskOf(key);
      const log = task.bench.changelogs.of('app-counts-changelog');
      const head = { key: Buffer.from(key), headers: [], timestamp: noon };
      log.push({ ...head, value: null }, { ...head, value: serdes.double().serialize(n + 7, '') });
      const windows = state.get<string, number>('window', 'per-minute', 'timestamped');
      for (let minute = 0; minute < 12; minute += n + 1) {
        windows.put(key, (n + 1) * minute, noon + minute * 60_000, noon);
      }
    }
    const { server: asked } = await group.start(group.tasks);
    const page = await open({ colorScheme, viewport: { width, height: 900 } }, asked.url);
    try {
      await login(page);
      await page.getByRole('link', { name: 'Stores', exact: true }).press('Enter');
      // Of the topology, which these stores do without, nobody could draw a picture.
      complaints.length = 0;
      await page.getByLabel('Key (or all)').fill('race');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: '1 row', exact: true }).waitFor();
      expect(await page.getByRole('region', { name: 'Rows of the store' }).textContent()).toContain('race8');

      const history = page.getByRole('button', { name: 'History of the key' });
      await history.press('Enter');
      await page.getByRole('heading', { name: '2 changes' }).waitFor();
      const changes = page.getByRole('region', { name: 'Rows of the store' });
      expect(await changes.locator('tbody tr').allTextContents()).toEqual([
        expect.stringMatching(/^race8/),
        expect.stringMatching(/^racedeleted/),
      ]);
      expect(await seriousFindings(page)).toEqual([]);

      await page.getByLabel('Store', { exact: true }).selectOption('per-minute');
      expect(await history.isDisabled()).toBe(true);
      await page.getByRole('button', { name: 'Look up' }).press('Enter');
      const map = page.getByRole('region', { name: 'Windows of keys over time' });
      await map.waitFor();
      expect(await map.locator('tbody tr').count()).toBe(3);
      expect(await map.locator('thead time').count()).toBe(12);
      expect(await map.locator('.heat-6').first().textContent()).toBe('27');
      expect(await seriousFindings(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      const shot = `${width < 500 ? 'phone' : colorScheme}-stores.png`;
      await page.screenshot({ path: join(SHOTS, shot), fullPage: true });

      await map.getByRole('button', { name: 'weir' }).press('Enter');
      await page.getByRole('heading', { name: '4 rows' }).waitFor();
      await page.getByLabel('Key (or all)').fill('nobody');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: '0 rows' }).waitFor();
      expect(complaints).toEqual([]);
    } finally {
      await page.close();
      await group.end();
    }
  });

  it('says that the instance does not answer, and goes on when it does', async () => {
    const page = await open({});
    await login(page);
    const { port } = server;
    await server.close();
    await page.getByText('This instance does not answer').waitFor();
    server = await vi.waitFor(() => serve(streams, { port, token: TOKEN }), WAIT);
    await page.getByText('This instance does not answer').waitFor({ state: 'detached' });
    await page.close();
  });
});
