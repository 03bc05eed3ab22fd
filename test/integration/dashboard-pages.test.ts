/** Each page of the dashboard, of three instances that run: it shows what they do, axe minds nothing, and a picture of it is kept. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage } from '../../scripts/dashboard/build-page.js';
import { KafkaStreams } from '../../src/app.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { silentLogger } from '../../src/observe/logger.js';
import { serdes } from '../../src/serde/serdes.js';
import { TimeWindows } from '../../src/time/time-windows.js';
import { seriousFindings } from '../dashboard/axe.js';
import { hasChromium, launchChromium, SHOTS } from '../dashboard/chromium.js';
import { produce, until } from './application-fixture.js';
import { brokers, createTopic, uniqueName } from './kafka.js';

const NAMES = ['one', 'two', 'three'] as const;
const PARTITIONS = 6;
const KEYS = ['mill', 'race', 'weir', 'sluice', 'pond', 'wheel'] as const;

const folder = mkdtempSync(join(tmpdir(), 'dashboard-pages-'));

describe.skipIf(!hasChromium)('the pages of three instances', { timeout: 180_000 }, () => {
  let browser: Browser;
  let writing: Promise<void>;
  let written = false;
  const applicationId = uniqueName('pages');
  const instances: KafkaStreams[] = [];

  beforeAll(async () => {
    await buildPage(join(import.meta.dirname, '../../dist/dashboard'));
    browser = await launchChromium();
    const [input, output] = await Promise.all([
      createTopic('pages', { partitions: PARTITIONS }),
      createTopic('pages-out', { partitions: PARTITIONS }),
    ]);
    const builder = new StreamsBuilder();
    const lines = builder.stream(input, { key: serdes.string(), value: serdes.string() });
    lines
      .groupBy((_key, value) => value, { key: serdes.string(), value: serdes.string() })
      .count({ store: 'counts' })
      .toStream()
      .to(output);
    lines
      .groupByKey()
      .windowedBy(TimeWindows.of({ size: '1m' }))
      .count({ store: 'per-minute' });
    const topology = builder.build();
    for (const name of NAMES) {
      instances.push(
        new KafkaStreams(topology, {
          ...{ applicationId, stateDir: join(folder, name), logger: silentLogger },
          ...{ kafka: { brokers: brokers() }, server: { port: 0 }, commitInterval: 200 },
        }),
      );
    }
    await Promise.all(instances.map((streams) => streams.start()));
    await until(() => instances.every(({ state }) => state === 'RUNNING'));
    // Until all is seen: rates are of what flows.
    writing = (async () => {
      while (!written)
        await produce(
          input,
          KEYS.map((key) => [key, key]),
        );
    })();
  }, 240_000);
  afterAll(async () => {
    written = true;
    await writing;
    await Promise.all(instances.map((streams) => streams.close()));
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What a page must show before it is looked at. */
  const shows: Readonly<Record<string, (page: Page) => Promise<void>>> = {
    Topology: async (page) => {
      await page.locator('.way.flows').first().waitFor();
    },
    Tasks: async (page) => {
      for (const { serverUrl } of instances) {
        await page
          .getByText((serverUrl ?? '').replace('http://', ''))
          .first()
          .waitFor();
      }
    },
    Stores: async (page) => {
      await page.getByLabel('Store', { exact: true }).selectOption('per-minute');
      await page.getByRole('button', { name: 'Look up' }).press('Enter');
      const map = page.getByRole('region', { name: 'Windows of keys over time' });
      // Keys of all instances.
      for (const key of KEYS) await map.getByRole('button', { name: key }).waitFor();
    },
    Events: async (page) => {
      await page.locator('.timeline').getByText('joins the group').first().waitFor();
    },
    Health: async (page) => {
      await page.getByText('Ready: every assigned task processes records.').waitFor();
      // The first sample.
      await page.locator('figure', { hasText: 'Memory of the process' }).getByText('MiB').first().waitFor();
    },
  };

  it.each(['light', 'dark'] as const)(
    'have what the instances do, and nothing that axe minds: %s',
    async (colorScheme) => {
      const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 900 } });
      await page.goto(`${instances[0]?.serverUrl ?? ''}/dashboard/`);
      for (const [title, isShown] of Object.entries(shows)) {
        await page.getByRole('link', { name: title, exact: true }).press('Enter');
        await page.getByRole('heading', { name: title, level: 1 }).waitFor();
        await isShown(page);
        expect(await seriousFindings(page), title).toEqual([]);
        const path = join(SHOTS, `three-instances-${colorScheme}-${title.toLowerCase()}.png`);
        await page.screenshot({ path, fullPage: true });
      }
      await page.close();
    },
  );
});
