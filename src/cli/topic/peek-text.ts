/** Beside the commands: what is in a topic, as text and as JSON. */
import { counted, shownText, textTable, timeText } from '../text-table.js';
import type { PeekedRecord, TopicPeek } from './peek.js';
import type { SeenFormat } from './record-shower.js';

const KEY_WIDTH = 40;
const VALUE_WIDTH = 120;
/** Partitions that are listed one by one. */
const SHOWN_PARTITIONS = 20;

export function peekJson(peek: TopicPeek): string {
  const text = JSON.stringify(peek, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value), 2);
  return `${text}\n`;
}

export function peekText(peek: TopicPeek): string {
  const { topic, partitions, keys, values, looked, records } = peek;
  const offsets = partitions.reduce((sum, { first, end }) => sum + end - first, 0);
  const range =
    looked.earliest === null || looked.latest === null
      ? ''
      : `, from ${timeText(looked.earliest)} to ${timeText(looked.latest)}`;
  return [
    `${topic}: ${counted(partitions.length)} partitions, ${counted(offsets)} offsets\n`,
    `  keys    ${formatText(keys)}\n`,
    `  values  ${formatText(values)}\n`,
    ...schemaTexts(keys, values),
    '\n',
    partitionTable(partitions, offsets),
    `\n${counted(looked.records)} records looked at${range}: ${counted(looked.differentKeys)} keys, ${counted(looked.withoutKey)} records without a key, ${counted(looked.tombstones)} tombstones\n`,
    ...looked.topKeys.map(({ key, records, share }) => {
      const percent = `${(100 * share).toFixed(1)} %`;
      return `  ${percent.padStart(7)}  ${cell(key, KEY_WIDTH)}  ${counted(records)} records\n`;
    }),
    ...(records.length === 0 ? [] : ['\n', recordTable(records)]),
  ].join('');
}

function formatText({ format, schemaIds }: SeenFormat): string {
  if (schemaIds.length === 0) return format;
  const which = schemaIds.map(String).join(', ');
  return `${format}, behind the id of a schema (${which})`;
}

function schemaTexts(...formats: readonly SeenFormat[]): string[] {
  const known = new Map(formats.flatMap(({ schemas }) => schemas.map((one) => [one.id, one] as const)));
  const asked = formats.some(({ schemas }) => schemas.length > 0);
  if (!asked && formats.some(({ schemaIds }) => schemaIds.length > 0)) {
    return ['  With --registry <url> schemas and decoded records are shown.\n'];
  }
  return [...known.values()].map(({ id, type, schema }) => `\nschema ${String(id)} (${type}):\n${indented(schema)}\n`);
}

function indented(schema: string): string {
  return schema
    .trim()
    .split('\n')
    .map((line) => `  ${shownText(line)}`)
    .join('\n');
}

function partitionTable(partitions: TopicPeek['partitions'], offsets: number): string {
  const rows = partitions.slice(0, SHOWN_PARTITIONS).map(({ partition, first, end }) => {
    const share = offsets === 0 ? '' : `${((100 * (end - first)) / offsets).toFixed(1)} %`;
    return [partition, first, end, end - first, share];
  });
  const more = partitions.length - rows.length;
  const rest = more > 0 ? `and ${counted(more)} more; --json lists all\n` : '';
  return textTable(['PARTITION', 'FIRST', 'END', 'OFFSETS', 'SHARE'], rows) + rest;
}

function recordTable(records: readonly PeekedRecord[]): string {
  const withHeaders = records.some(({ headers }) => Object.keys(headers).length > 0);
  const withValues = records.some((record) => 'value' in record);
  const headings = ['PARTITION', 'OFFSET', 'TIME', 'KEY'];
  if (withValues) headings.push('VALUE');
  if (withHeaders) headings.push('HEADERS');
  const rows = records.map(({ partition, offset, timestamp, key, value, headers }) => [
    partition,
    offset,
    timeText(timestamp),
    cell(key, KEY_WIDTH),
    ...(withValues ? [cell(value, VALUE_WIDTH)] : []),
    ...(withHeaders ? [headerText(headers)] : []),
  ]);
  return textTable(headings, rows, ['PARTITION', 'TIME', 'KEY', 'VALUE', 'HEADERS']);
}

function headerText(headers: PeekedRecord['headers']): string {
  const texts = Object.entries(headers).map(([name, value]) => (value === null ? name : `${name}=${value}`));
  return shownText(texts.join(', '), KEY_WIDTH);
}

/** A key or value in one line. */
export function cell(value: unknown, width: number): string {
  if (typeof value === 'string') return shownText(value, width);
  const bigints = (_: string, part: unknown): unknown => (typeof part === 'bigint' ? String(part) : part);
  return shownText(JSON.stringify(value, bigints), width);
}
