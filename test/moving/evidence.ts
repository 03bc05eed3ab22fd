/** What a run leaves in Kafka, in a form in which two runs can be compared. */
import type { MovingApplication } from './applications/application.js';
import type { KafkaSide, ReadRecord } from './kafka-side.js';
import { textOf } from './text.js';

export interface Evidence {
  /** Records of the output, as far as they are certain. */
  readonly output: readonly string[];
  /** Of each changelog what compaction would leave of it. */
  readonly changelogs: Readonly<Record<string, readonly string[]>>;
  /** Partition times, and those of stores, beside the committed offsets. */
  readonly times: readonly string[];
}

const CHANGELOG = '-changelog';
/** Stands for the output among the names of stores. */
const OUTPUT = 'output';

/** The application's stores with a changelog, by name. */
export function changelogsOf(application: MovingApplication, inputs: readonly string[]): string[] {
  return application.changelogs
    .map((store) => store.replace(/\$(\d)/, (_, input: string) => inputs[Number(input)]!))
    .sort();
}

export async function evidenceOf(
  kafka: KafkaSide,
  application: MovingApplication,
  run: { readonly applicationId: string; readonly inputs: readonly string[]; readonly output: string },
  moved: boolean,
): Promise<Evidence> {
  const { applicationId, inputs } = run;
  const stores = changelogsOf(application, inputs);
  const internal = await kafka.internalTopics(applicationId);
  const changelogs: Record<string, readonly string[]> = {};
  for (const topic of internal.filter((name) => name.endsWith(CHANGELOG)).sort()) {
    const store = topic.slice(0, -CHANGELOG.length);
    const timed = application.untimed?.includes(store) !== true;
    const numbered = application.numbered?.includes(store) === true;
    const versioned = application.versioned?.includes(store) === true;
    changelogs[store] = compacted(await kafka.read(`${applicationId}-${topic}`), versioned)
      .filter(({ value }) => value !== null)
      .map((record) => lineOf(moved && numbered ? withoutNumber(record) : record, timed));
  }
  return {
    output: certainOf(await kafka.read(run.output), application),
    changelogs,
    times: await kafka.committedTimes(applicationId, inputs, stores, application.closing ?? 1),
  };
}

/** Records without a key go to any partition, so that their order is not certain either. */
function certainOf(written: readonly ReadRecord[], { certain, untimed }: MovingApplication): string[] {
  // Of records that meet in an internal topic in no certain order, the last one of a key may be another.
  const timed = untimed?.includes(OUTPUT) !== true;
  if (certain === 'last') return compacted(written).map((record) => lineOf({ ...record, headers: [] }, timed));
  const [keyed, keyless] = [written.filter(({ key }) => key !== null), written.filter(({ key }) => key === null)];
  return [
    ...keyed.map((record) => lineOf(record, true)),
    ...keyless.map((record) => lineOf({ ...record, partition: -1 }, true)).sort(),
  ];
}

/** The last record of each key, by partition and key; of a versioned store of each key and time. */
function compacted(records: readonly ReadRecord[], versioned = false): ReadRecord[] {
  const place = ({ partition, key, timestamp }: ReadRecord): string =>
    `${partition} ${key === null ? 'null' : textOf(key)} ${versioned ? timestamp : ''}`;
  const last = new Map(records.map((record) => [place(record), record]));
  return [...last].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, record]) => record);
}

/** Without the four bytes of a sequence number at the end of its key. */
function withoutNumber(record: ReadRecord): ReadRecord {
  return { ...record, key: record.key === null ? null : record.key.subarray(0, -4) };
}

function lineOf({ partition, key, value, timestamp, headers }: ReadRecord, timed: boolean): string {
  const text = (bytes: Buffer | null): string => (bytes === null ? 'null' : textOf(bytes));
  const headerTexts = headers.map(([name, content]) => `${name}=${text(content)}`);
  return [partition, text(key), text(value), ...(timed ? [timestamp] : []), ...headerTexts].join(' ');
}
