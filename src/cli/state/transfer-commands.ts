/** `millrace state export` and `import`: the rows of a store into a file, and back through its changelog. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Option, type Command } from 'commander';
import type { StoreKind } from '../../store/spec.js';
import { addKafkaAccess, onKafka, type KafkaAccessFlags } from '../kafka-access.js';
import { counted } from '../text-table.js';
import { recordShower, type RecordShower } from '../topic/record-shower.js';
import { ALL_KEYS, ALL_TIMES, DiskStore, type DiskRow } from './disk-rows.js';
import { headLine, rowLine } from './export-line.js';
import { importRows, type ImportOutcome } from './import-rows.js';
import { addFolderAccess, applicationState, refuseWhileInUse, type FolderFlags } from './state-access.js';

interface ExportFlags extends FolderFlags {
  readonly out?: string;
  readonly json?: true;
}

interface ImportFlags extends KafkaAccessFlags {
  readonly application?: string;
  readonly store?: string;
  readonly partitions?: 'kept' | 'by-key';
  readonly execute?: true;
  readonly json?: true;
}

const EXPORT_EXAMPLES = `
Examples:
  millrace state export prices --application orders --state-dir ./state --out prices.ndjson
  millrace state export prices --state-dir ./state | gzip > prices.ndjson.gz

One line a row, with key and value as base64 and, where the format can be told, as they read. The application must be stopped.`;

const IMPORT_EXAMPLES = `
Examples:
  millrace state import prices.ndjson --brokers localhost:9092             # shows what it would do
  millrace state import prices.ndjson --brokers localhost:9092 --execute   # does it

Rows are written to the changelog of the store, and the application has them at its next start. It must be stopped, on all
machines. What is there and not in the file stays; a line whose value is null deletes its key. Nothing goes downstream.`;

/** Rows from which formats are guessed. */
const SAMPLE = 200;

export function addTransferCommands(state: Command): void {
  addFolderAccess(
    state.command('export').description('write the rows of a store as lines of JSON').argument('<store>', 'the store'),
  )
    .option('--out <file>', 'where to (default: standard output)')
    .option('--json', 'with --out: what was written, as JSON')
    .addHelpText('after', EXPORT_EXAMPLES)
    .action(async (name: string, flags: ExportFlags) => {
      const state = applicationState(flags);
      await refuseWhileInUse(state, 'stop it first, what it has in memory is not on disk yet');
      const store = await DiskStore.open(state, name);
      const written = { rows: 0 };
      const lines = Readable.from(linesOf(state.applicationId, store, written));
      if (flags.out === undefined) {
        await pipeline(lines, process.stdout, { end: false });
        return;
      }
      await pipeline(lines, createWriteStream(flags.out));
      const told = { application: state.applicationId, store: name, rows: written.rows, out: flags.out };
      process.stdout.write(
        flags.json === true
          ? `${JSON.stringify(told)}\n`
          : `${counted(told.rows)} rows of ${name} are in ${flags.out}\n`,
      );
    });

  addKafkaAccess(
    state
      .command('import')
      .description('put rows back into a store, through its changelog. Shows what it would do; --execute does it')
      .argument('<file>', 'what export has written'),
  )
    .option('-a, --application <id>', 'into which application (default: the one that they are of)')
    .option('--store <name>', 'into which store of the same kind (default: the one that they are of)')
    .addOption(
      new Option(
        '--partitions <which>',
        'kept: rows stay in theirs; by-key: they go where the default partitioner puts them (default: both must be the same)',
      ).choices(['kept', 'by-key']),
    )
    .option('--execute', 'do it')
    .option('--json', 'as JSON')
    .addHelpText('after', IMPORT_EXAMPLES)
    .action(async (file: string, flags: ImportFlags) => {
      const { application, store, partitions, execute } = flags;
      const outcome = await onKafka(flags, (client) =>
        importRows(client, { file, application, store, partitions, execute: execute === true }),
      );
      process.stdout.write(flags.json === true ? `${JSON.stringify(outcome)}\n` : outcomeText(outcome));
    });
}

async function* linesOf(
  application: string,
  store: DiskStore,
  written: { rows: number },
): AsyncGenerator<string, void> {
  const sample = await store.some(SAMPLE);
  const keys = await recordShower(
    sample.map(({ key }) => key),
    null,
  );
  const values = await recordShower(
    sample.map(({ value }) => value),
    null,
  );
  const { name, kind, format } = store;
  yield headLine({ export: 'millrace-state', version: 1, application, store: name, kind: kind as StoreKind, format });
  for await (const row of store.rows(ALL_KEYS, ALL_TIMES)) {
    written.rows += 1;
    yield await lineOf(row, keys, values);
  }
}

async function lineOf(row: DiskRow, keys: RecordShower, values: RecordShower): Promise<string> {
  return rowLine(row, legible(await keys.shown(row.key)), legible(await values.shown(row.value)));
}

/** What could not be told is given as its bytes already. */
function legible(shown: unknown): unknown {
  return typeof shown === 'object' && shown !== null && 'hex' in shown ? undefined : shown;
}

function outcomeText({ executed, application, topic, rows, deletions, rowsByPartition }: ImportOutcome): string {
  const does = executed ? 'Imported' : 'Nothing is done yet; --execute does it. To be imported';
  const parts = Object.entries(rowsByPartition).map(([one, count]) => `  ${counted(count)} to ${topic}-${one}\n`);
  const deleting = deletions === 0 ? '' : `, ${counted(deletions)} of which delete their key`;
  const next = executed ? `Application ${application} has them at its next start.\n` : '';
  return `${does}: ${counted(rows)} rows${deleting}\n${parts.join('')}${next}`;
}
