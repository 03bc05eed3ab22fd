/** Kafka Streams' own smoke tests as a short run; `npm run smoke` is the long one. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildJvmProgram, jvmCanRun, type JvmProgram } from '../jvm-program.js';
import { JUDGE_VERSION } from '../smoke/judge-version.js';
import { runSmokeTest } from '../smoke/run.js';
import { brokers, plainClient } from './kafka.js';

const BUILD_TIMEOUT_MS = 600_000;
const RUN_TIMEOUT_MS = 480_000;

describe.skipIf(!(await jvmCanRun()))("Kafka Streams' own smoke tests", () => {
  const admin = plainClient().admin();
  let driver: JvmProgram;

  beforeAll(async () => {
    await admin.connect();
    driver = await buildJvmProgram(join(import.meta.dirname, '../smoke/jvm'), JUDGE_VERSION);
  }, BUILD_TIMEOUT_MS);

  afterAll(() => admin.disconnect());

  it.each([
    { test: 'streams', guarantee: 'exactly_once_v2', treatment: 'killed' },
    { test: 'relational', guarantee: 'at_least_once', treatment: 'bounced' },
  ] as const)(
    '$test under $guarantee, instances $treatment',
    async (what) => {
      const said: string[] = [];
      const kafka = { brokers: [...brokers()], admin };
      const plan = { ...what, size: 60, seconds: 12, every: 5 };
      const verdict = await runSmokeTest(plan, kafka, driver, (line) => said.push(line));
      expect(verdict.passed, [...verdict.said, ...said].join('\n')).toBe(true);
      expect(verdict.treated).toBeGreaterThan(0);
    },
    RUN_TIMEOUT_MS,
  );
});
