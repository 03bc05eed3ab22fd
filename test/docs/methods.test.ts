import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { readPage, ROOT } from './pages.js';

/** What users call, by class: neither private nor marked as internal. */
const methods = new Map<string, string[]>();

const dsl = readdirSync(join(ROOT, 'src/dsl')).map((name) => `src/dsl/${name}`);
const testing = ['test-driver.ts', 'test-topics.ts', 'kit/test-kit.ts', 'kit/kafka-topic.ts'];
for (const path of [...dsl, 'src/app.ts', ...testing.map((name) => `src/testing/${name}`)]) {
  const source = ts.createSourceFile(path, readFileSync(join(ROOT, path), 'utf8'), ts.ScriptTarget.Latest, true);
  for (const statement of source.statements) {
    if (!ts.isClassDeclaration(statement) || statement.name === undefined) continue;
    const names = statement.members.filter(isPublic).map((member) => member.name?.getText(source) ?? '');
    methods.set(statement.name.text, [...new Set(names)]);
  }
}

function isPublic(member: ts.ClassElement): boolean {
  if (!ts.isMethodDeclaration(member) && !ts.isGetAccessorDeclaration(member)) return false;
  if (ts.isComputedPropertyName(member.name)) return false;
  const hidden = [ts.SyntaxKind.PrivateKeyword, ts.SyntaxKind.ProtectedKeyword];
  if (member.modifiers?.some(({ kind }) => hidden.includes(kind)) === true) return false;
  return !ts.getJSDocTags(member).some(({ tagName }) => tagName.text === 'internal');
}

test.each([
  'StreamsBuilder',
  'KStream',
  'KTable',
  'KGroupedStream',
  'TimeWindowedKStream',
  'SessionWindowedKStream',
  'KGroupedTable',
  'BranchedKStream',
  'TopologyBuilder',
  'KafkaStreams',
])('docs/migration.md names every method of %s', (name) => {
  const { text } = readPage('docs/migration.md');
  const known = methods.get(name) ?? [];
  expect(known.length).toBeGreaterThan(0);
  expect(known.filter((method) => !new RegExp(`\\b${method}\\b`).test(text))).toEqual([]);
});

test.each(['TopologyTestDriver', 'TestInputTopic', 'TestOutputTopic', 'TestKit', 'KafkaTopic'])(
  'docs/testing.md names every method of %s',
  (name) => {
    const { text } = readPage('docs/testing.md');
    const known = methods.get(name) ?? [];
    expect(known.length).toBeGreaterThan(0);
    expect(known.filter((method) => !new RegExp(`\\b${method}\\b`).test(text))).toEqual([]);
  },
);

test.each([
  'KStream',
  'KTable',
  'KGroupedStream',
  'TimeWindowedKStream',
  'SessionWindowedKStream',
  'KGroupedTable',
  'CogroupedKStream',
  'BranchedKStream',
])('docs/operators-by-example.md shows or names every method of %s', (name) => {
  const { text } = readPage('docs/operators-by-example.md');
  // That is no operator.
  const known = (methods.get(name) ?? []).filter((method) => method !== 'queryableStoreName');
  expect(known.length).toBeGreaterThan(0);
  expect(known.filter((method) => !new RegExp(`\\b${method}\\b`).test(text))).toEqual([]);
});
