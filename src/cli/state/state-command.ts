/** `millrace state`: what the stores of an application hold, read from its state folder or asked of its server. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { RegistryClient } from '../../registry/registry-client.js';
import { addRegistryAccess, registryClient, type RegistryAccessFlags } from '../registry-access.js';
import { counted, textTable, timeText } from '../text-table.js';
import { ServerAccess, type ServedStore } from './ask-server.js';
import { ALL_TIMES, DiskStore, type DiskRow } from './disk-rows.js';
import { afterKey, afterPrefix, KEY_FORMATS, keyBytes, keyFormatOf, type StoredKeyFormat } from './key-text.js';
import { rowsJson, rowsText, shownDiskRows, type ShownRows } from './shown-rows.js';
import {
  addStateAccess,
  applicationState,
  refuseWhileInUse,
  type FolderFlags,
  type StateFlags,
} from './state-access.js';
import { shownState, type ShownState } from './stored-tasks.js';
import { addTransferCommands } from './transfer-commands.js';

interface ListFlags extends StateFlags {
  readonly json?: true;
}

interface RowFlags extends StateFlags, RegistryAccessFlags {
  readonly keyFormat?: StoredKeyFormat;
  readonly since?: number;
  readonly until?: number;
  readonly partition?: number;
  /** False by `--no-values`. */
  readonly values: boolean;
  readonly json?: true;
}

interface ScanFlags extends RowFlags {
  readonly from?: string;
  readonly to?: string;
  readonly prefix?: string;
  readonly limit: number;
}

const EXAMPLES = `
Examples:
  millrace state ls --application orders --state-dir ./state
  millrace state get prices mill --application orders --state-dir ./state
  millrace state get prices mill --url http://localhost:8788
  millrace state scan prices --prefix mi --limit 20 --json | jq .rows
  millrace state scan per-minute --since 2026-05-01T10:00:00Z --url http://localhost:8788

A state folder is only read, and rows only while no instance runs on it: what a running one has in memory is not on disk yet.
get ends with 2 when there is nothing of the key.`;

/** Rows from which the format of keys is guessed. */
const SAMPLE = 200;

export function addStateCommand(millrace: Command): void {
  const state = millrace
    .command('state')
    .description('what the stores of an application hold: from the state folder, or from a running instance')
    .addHelpText('after', EXAMPLES);

  addStateAccess(state.command('ls').description('list stores: their tasks, sizes and committed offsets'))
    .option('--json', 'as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ListFlags) => {
      const { url, json } = flags;
      if (url === undefined) {
        const found = await shownState(applicationState(flags));
        process.stdout.write(json === true ? `${JSON.stringify(found, null, 2)}\n` : stateText(found));
        return;
      }
      const stores = await new ServerAccess(url, flags.token).stores();
      process.stdout.write(json === true ? `${JSON.stringify({ stores }, null, 2)}\n` : servedText(stores));
    });

  ofRows(
    state
      .command('get')
      .description('what a store holds of one key: its row, or its windows, sessions or versions')
      .argument('<store>', 'the store')
      .argument('<key>', 'the key, written as --key-format says'),
  ).action(async (store: string, key: string, flags: RowFlags) => {
    const found = flags.url === undefined ? await getOnDisk(store, key, flags) : await getServed(store, key, flags);
    process.stdout.write(flags.json === true ? rowsJson(found) : rowsText(found));
    if (found.rows.length === 0) process.exitCode = 2;
  });

  ofRows(
    state
      .command('scan')
      .description('rows of a store in the order of their keys, of windows and sessions by time')
      .argument('<store>', 'the store'),
  )
    .option('--from <key>', 'first key, inclusive')
    .option('--to <key>', 'last key, inclusive')
    .addOption(new Option('--prefix <text>', 'only keys that begin with it').conflicts(['from', 'to']))
    .option('--limit <rows>', 'rows to show', toCount, 100)
    .action(async (store: string, flags: ScanFlags) => {
      const found = flags.url === undefined ? await scanDisk(store, flags) : await scanServed(store, flags);
      process.stdout.write(flags.json === true ? rowsJson(found) : rowsText(found));
    });

  addTransferCommands(state);
}

/** Adds what commands have in common that read rows. */
function ofRows(command: Command): Command {
  return addRegistryAccess(addStateAccess(command))
    .addOption(
      new Option(
        '--key-format <format>',
        'how keys are written here (default: as the keys of the store seem to be)',
      ).choices(KEY_FORMATS),
    )
    .option('--since <time>', 'windows and sessions that begin then or later, such as 2026-05-01T10:00:00Z', toTime)
    .option('--until <time>', 'windows and sessions that begin then or before', toTime)
    .option('--partition <number>', 'only this partition (default: all; of a running one that of the key)', toPartition)
    .option('--no-values', 'neither values nor headers')
    .option('--json', 'as JSON')
    .addHelpText('after', EXAMPLES);
}

/** @throws MillraceError STORE_LOCKED, STORE_UNAVAILABLE, CONFIG_INVALID, STORE_CORRUPT */
async function openStored(store: string, flags: FolderFlags & { readonly partition?: number }): Promise<DiskStore> {
  const state = applicationState(flags);
  await refuseWhileInUse(
    state,
    'what it has in memory is not on disk yet. Ask it by --url, or stop it and read the folder then',
  );
  return DiskStore.open(state, store, flags.partition);
}

/** How the keys of a store are written on the command line, and how to read one. */
async function keyReader(stored: DiskStore, given: StoredKeyFormat | undefined): Promise<(text: string) => Buffer> {
  const format = given ?? keyFormatOf((await stored.some(SAMPLE)).map(({ key }) => key));
  return (text) => keyBytes(text, format, given === undefined);
}

async function getOnDisk(store: string, text: string, flags: RowFlags): Promise<ShownRows> {
  const stored = await openStored(store, flags);
  const key = (await keyReader(stored, flags.keyFormat))(text);
  const rows: DiskRow[] = [];
  for await (const row of stored.rows({ from: key, before: afterKey(key) }, timesOf(flags))) rows.push(row);
  return shownStored(stored, rows, false, flags);
}

async function scanDisk(store: string, flags: ScanFlags): Promise<ShownRows> {
  const { from, to, prefix, keyFormat, limit } = flags;
  const stored = await openStored(store, flags);
  const hasBounds = from !== undefined || to !== undefined || prefix !== undefined;
  const bytesOf = hasBounds ? await keyReader(stored, keyFormat) : null;
  const bound = (text: string | undefined): Buffer | null =>
    text === undefined || bytesOf === null ? null : bytesOf(text);
  const [first, last, begin] = [bound(from), bound(to), bound(prefix)];
  const bounds =
    begin === null
      ? { from: first, before: last === null ? null : afterKey(last) }
      : { from: begin, before: afterPrefix(begin) };
  const rows: DiskRow[] = [];
  for await (const row of stored.rows(bounds, timesOf(flags))) {
    if (rows.length === limit) return shownStored(stored, rows, true, flags);
    rows.push(row);
  }
  return shownStored(stored, rows, false, flags);
}

async function shownStored(
  { name, kind, format }: DiskStore,
  rows: readonly DiskRow[],
  more: boolean,
  flags: RowFlags,
): Promise<ShownRows> {
  const registry: RegistryClient | null = flags.registry === undefined ? null : registryClient(flags, 'state');
  return { store: name, kind, format, rows: await shownDiskRows(rows, flags.values, registry), more };
}

async function getServed(name: string, key: string, flags: RowFlags): Promise<ShownRows> {
  const server = new ServerAccess(flags.url ?? '', flags.token);
  const store = await server.store(name);
  return shownServed(store, await server.key(store, key, flags), false, flags);
}

async function scanServed(name: string, flags: ScanFlags): Promise<ShownRows> {
  const server = new ServerAccess(flags.url ?? '', flags.token);
  const store = await server.store(name);
  const { rows, more } = await server.rows(store, flags, flags.limit);
  return shownServed(store, rows, more, flags);
}

function shownServed(
  { name, kind, format }: ServedStore,
  rows: ShownRows['rows'],
  more: boolean,
  { values }: RowFlags,
): ShownRows {
  const shown = values
    ? rows
    : rows.map((row) =>
        Object.fromEntries(Object.entries(row).filter(([part]) => part !== 'value' && part !== 'headers')),
      );
  return { store: name, kind, format, rows: shown as ShownRows['rows'], more };
}

function timesOf({ since, until }: RowFlags): typeof ALL_TIMES {
  return { from: since ?? ALL_TIMES.from, to: until ?? ALL_TIMES.to };
}

function stateText({ applicationId, folder, inUseBy, tasks, engines }: ShownState): string {
  const rows = tasks.flatMap(({ task, stores }) =>
    stores.map(({ store, kind, format, bytes, changelogOffset, streamTime }) => [
      task,
      store,
      kind ?? 'unknown',
      format ?? '-',
      counted(bytes),
      changelogOffset ?? '-',
      streamTime === null ? '-' : timeText(streamTime),
    ]),
  );
  const headings = ['TASK', 'STORE', 'KIND', 'FORMAT', 'BYTES', 'CHANGELOG OFFSET', 'STREAM TIME'];
  const bytes = [...tasks, ...engines].reduce((sum, one) => sum + one.bytes, 0);
  const use = inUseBy === null ? 'nobody runs on it' : `in use by ${inUseBy}: what it has in memory is not counted`;
  return [
    `${applicationId}: ${folder}, ${counted(tasks.length)} tasks, ${counted(bytes)} bytes; ${use}\n`,
    ...(rows.length === 0 ? [] : ['\n', textTable(headings, rows, ['TASK', 'STORE', 'KIND', 'FORMAT'])]),
    ...problemsOf(tasks),
    ...inputsOf(tasks),
    ...engines.map(
      (one) => `task ${one.task} has ${counted(one.bytes)} bytes of the engine ${one.engine}, which only it can read\n`,
    ),
  ].join('');
}

function problemsOf(tasks: ShownState['tasks']): readonly string[] {
  return tasks.flatMap(({ task, problem }) => (problem === null ? [] : [`task ${task}: ${problem}\n`]));
}

function inputsOf(tasks: ShownState['tasks']): readonly string[] {
  const rows = tasks.flatMap(({ task, inputs }) =>
    inputs.map(({ topic, partition, offset }) => [task, topic, partition, offset]),
  );
  if (rows.length === 0) return [];
  return ['\nCommitted with it:\n', textTable(['TASK', 'INPUT', 'PARTITION', 'OFFSET'], rows, ['TASK', 'INPUT'])];
}

function servedText(stores: readonly ServedStore[]): string {
  if (stores.length === 0) return 'The application has no stores.\n';
  const headings = ['STORE', 'KIND', 'FORMAT', 'WHERE'];
  const rows = stores.map(({ name, kind, format, global }) => [name, kind, format, global ? 'all instances' : 'tasks']);
  return textTable(headings, rows, headings);
}

function toCount(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('It is a whole number above 0.');
}

function toPartition(text: string): number {
  const partition = Number(text);
  if (Number.isSafeInteger(partition) && partition >= 0) return partition;
  throw new InvalidArgumentError('It is the number of a partition, such as 0.');
}

function toTime(text: string): number {
  const time = /^-?\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isSafeInteger(time)) return time;
  throw new InvalidArgumentError('It is a time such as 2026-05-01T10:00:00Z, or ms since 1970.');
}
