import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CATALOG } from '../../src/observe/catalog.js';

const FOLDER = join(import.meta.dirname, '../../examples/05-monitoring');
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}

const dashboard = JSON.parse(read('dashboard.json')) as { readonly panels: readonly Panel[] };
/** Of rules, text that goes on in lines below is folded, as YAML folds it. */
const rules = [...read('alerts.yaml').matchAll(/ alert: (\w+)\n +expr: (?:>-\n((?: {10}.*\n)+)|(.*)\n)/g)].map(
  ([, name, folded, plain]) => [name as string, (folded ?? plain ?? '').replaceAll(/\s+/g, ' ').trim()] as const,
);
const shown = dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const));

/** What every sample has, beside labels of its own: from here, from Prometheus, and of histograms. */
const ALWAYS = ['application', 'instance', 'le'];

describe.each([
  ['the dashboard', shown],
  ['the alerts', rules],
])('%s', (_, expressions) => {
  it.each(expressions)('%s: asks for metrics that there are, in the way of their type', (_name, expr) => {
    const asked = [...expr.matchAll(/\bmillrace_[a-z_]+/g)].map(([name]) => name);
    expect(asked).not.toEqual([]);
    const labels = new Set(ALWAYS);
    for (const name of asked) {
      const entry = CATALOG.find((one) => one.name === name.replace(/(_seconds)_(bucket|sum|count)$/, '$1'));
      expect(entry, name).toBeDefined();
      expect(name !== entry?.name).toBe(entry?.type === 'histogram');
      const isRated = new RegExp(`(rate|increase)\\(${name}[{[]`).test(expr);
      expect(isRated, `${name} is rated`).toBe(entry?.type !== 'gauge');
      for (const label of entry?.labels ?? []) labels.add(label);
    }
    const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list]) => (list as string).split(/, */));
    const matched = [...expr.matchAll(/[{,]\s*(\w+)(?:=|!=|=~|!~)"/g)].map(([, label]) => label as string);
    for (const label of [...grouped, ...matched]) expect([...labels]).toContain(label);
    expect(expr.split('(').length).toBe(expr.split(')').length);
  });
});

it('the dashboard shows every metric that there is', () => {
  const names = shown.flatMap(([, expr]) => [...expr.matchAll(/\bmillrace_[a-z_]+/g)].map(([name]) => name));
  const asked = new Set(names.map((name) => name.replace(/(_seconds)_(bucket|sum|count)$/, '$1')));
  expect(CATALOG.map(({ name }) => name).filter((name) => !asked.has(name))).toEqual([]);
});

it('no rule is overlooked, and each says what it means', () => {
  expect(rules).toHaveLength(read('alerts.yaml').split('- alert:').length - 1);
  expect(rules.length).toBeGreaterThan(10);
  expect(read('alerts.yaml').split('summary:').length - 1).toBe(rules.length);
});

it('panels have places of their own', () => {
  const { panels } = dashboard;
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  for (const [at, { gridPos: a }] of panels.entries()) {
    expect(a.x + a.w).toBeLessThanOrEqual(24);
    for (const { gridPos: b } of panels.slice(at + 1)) {
      const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
      expect(apart).toBe(true);
    }
  }
});
