import { expect, it } from 'vitest';
import { documentedOptions } from '../../scripts/docs/configuration-page.js';
import { optionTable } from '../../src/config/table.js';

const LENGTHS: readonly (readonly [number, string])[] = [
  [86_400_000, 'd'],
  [60_000, 'min'],
  [1_000, 's'],
  [1, 'ms'],
];
const SIZES: readonly (readonly [number, string])[] = [
  [1024 * 1024, 'MiB'],
  [1024, 'KiB'],
];

interface Row {
  readonly name: string;
  readonly standard: unknown;
  readonly isDuration: boolean;
}

it('has the defaults that the options are documented with', () => {
  const texts = new Map(documentedOptions().map(({ name, text }) => [name, text]));
  const rows = [...rowsOf(optionTable), ...producerRows()].filter(({ standard }) => isScalar(standard));
  expect(rows.length).toBeGreaterThan(25);
  const wrong = rows.filter((row) => !(texts.get(row.name) ?? '').includes(`Default ${shown(row)}`));
  expect(wrong.map((row) => `${row.name}: ${shown(row)}`)).toEqual([]);
});

function rowsOf(table: object, prefix = ''): Row[] {
  return Object.entries(table as Record<string, { standard: unknown; unit?: string }>).map(([name, option]) => ({
    name: prefix + name,
    standard: option.standard,
    isDuration: option.unit === 'ms',
  }));
}

/** Read with nothing given, a group is its defaults. */
function producerRows(): Row[] {
  const read = optionTable.producer.read({}, { applicationId: 'app', kafka: { brokers: ['a:1'] } }, 'producer');
  return Object.entries(read).map(([name, standard]) => ({
    name: `producer.${name.replace(/Ms$/, '')}`,
    standard,
    isDuration: name.endsWith('Ms'),
  }));
}

function isScalar(standard: unknown): boolean {
  return ['number', 'string', 'boolean'].includes(typeof standard);
}

function shown({ name, standard, isDuration }: Row): string {
  if (typeof standard === 'boolean' || name === 'producer.compression') return String(standard);
  if (typeof standard === 'string') return `\`${standard}\``;
  const units = isDuration ? LENGTHS : name.endsWith('Bytes') ? SIZES : [];
  const value = standard as number;
  const unit = value === 0 ? undefined : units.find(([size]) => value % size === 0);
  return unit === undefined ? String(value) : `${String(value / unit[0])} ${unit[1]}`;
}
