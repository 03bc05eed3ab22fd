import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { pages } from '../../scripts/docs/pages.js';
import { documentedOptions } from '../../scripts/docs/configuration-page.js';
import { readConfig } from '../../src/config.js';
import type { KafkaStreamsOptions } from '../../src/config/options.js';
import { MillraceError } from '../../src/errors/error.js';

const made = await pages();

test.each([...made.keys()])('docs/%s is what the source says; npm run docs writes it', (name) => {
  const written = readFileSync(fileURLToPath(new URL(`../../docs/${name}`, import.meta.url)), 'utf8');
  expect(written).toBe(made.get(name));
});

test('every documented option is known to the check of the options, and no other', () => {
  const documented = documentedOptions().map(({ name }) => name);
  // Wrong values for all: each known option is named as wrong, an unknown one would be named as no option.
  const wrong: Record<string, unknown> = { notAnOption: 1 };
  for (const name of documented) {
    const [outer, inner] = name.split('.') as [string, string?];
    if (inner === undefined) wrong[outer] = Symbol(name);
    else wrong[outer] = { notAnOption: 1, ...(wrong[outer] as object | undefined), [inner]: Symbol(name) };
  }
  const message = messageOf(() => readConfig(wrong as unknown as KafkaStreamsOptions));
  const notOptions = [...message.matchAll(/([\w.]+) is not an option/g)].map((match) => match[1]);
  expect(notOptions.sort()).toEqual(['errors.notAnOption', 'notAnOption', 'producer.notAnOption']);
  for (const name of documented) expect(message).toContain(`${name} `);
});

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (MillraceError.is(error)) return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
}
