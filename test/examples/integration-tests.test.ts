import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
/** What a test of a whole service may take to write. */
const MOST_LINES = 15;

const files = ['01-word-count/integration.test.ts', '02-windowed-count/integration.test.ts', '03-jest/alarms.integration.test.ts', '04-nestjs/src/stock.service.spec.ts']; // prettier-ignore

describe('the integration test of an example', () => {
  it.each(files)('is short, and needs nothing but the kit: %s', (file) => {
    const text = readFileSync(join(ROOT, 'examples', file), 'utf8');
    const test = /^test\([\s\S]*?^\}.*;$/m.exec(text)?.[0] ?? '';
    expect(test).toContain('startTestKit');
    expect(text).not.toMatch(/from 'kafkajs'/);
    expect(test.split('\n').length).toBeLessThanOrEqual(MOST_LINES);
  });
});
