import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { KAFKA_VERSION } from '../../src/local-kafka/kafka-version.js';
import { launchPlan } from '../../src/local-kafka/options.js';

const root = join(import.meta.dirname, '../..');

it('is what brokers have that are started without a version', () => {
  expect(launchPlan({}).version).toBe(KAFKA_VERSION);
  expect(launchPlan({ version: '3.9.0' }).version).toBe('3.9.0');
});

// Maven and Docker read it where they find it.
it.each([
  ['bench/jvm/pom.xml', /<kafka\.version>(.*)<\/kafka\.version>/g, 1],
  ['test/golden/jvm/pom.xml', /<kafka\.version>(.*)<\/kafka\.version>/g, 1],
  ['test/moving/jvm/pom.xml', /<kafka\.version>(.*)<\/kafka\.version>/g, 1],
  ['test/parity/jvm/pom.xml', /<kafka\.version>(.*)<\/kafka\.version>/g, 1],
  ['compose.yaml', /image: apache\/kafka:(.*)/g, 2],
  ['docs/testing.md', /`apache\/kafka:(.*?)`/g, 1],
  ['src/local-kafka/options.ts', /Default `(\d+\.\d+\.\d+)`/g, 1],
])('is what %s names', (file, pattern, times) => {
  const named = [...readFileSync(join(root, file), 'utf8').matchAll(pattern)].map(([, version]) => version);
  expect(named).toEqual(Array.from({ length: times }, () => KAFKA_VERSION));
});
