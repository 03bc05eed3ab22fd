/** Differences that were found once, each shrunk and kept with what Kafka Streams made of it: they must not come back. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { differences } from './compare.js';
import type { Answer, Plan } from './plan.js';
import { runPlan } from './run-plan.js';

const FOLDER = join(import.meta.dirname, 'golden');

interface GoldenCase {
  readonly plan: Plan;
  readonly answer: Answer;
}

describe('what once differed from Kafka Streams', () => {
  it.each(readdirSync(FOLDER).sort())('%s', async (file) => {
    const { plan, answer } = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as GoldenCase;
    expect(differences(plan, await runPlan(plan), answer)).toEqual([]);
  });
});
