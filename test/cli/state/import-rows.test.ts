/** What is looked at before a row is written; that rows arrive is tried on a broker. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BrokerClient, GroupMemberDescription } from '../../../src/broker/port.js';
import { murmur2Partition } from '../../../src/broker/wire/murmur2.js';
import { importRows, type ImportOutcome, type ImportRequest } from '../../../src/cli/state/import-rows.js';

const HEAD = {
  export: 'millrace-state',
  version: 1,
  application: 'app',
  store: 's',
  kind: 'keyValue',
  format: 'plain',
};
const KEYS = ['mill', 'race', 'weir', 'sluice'];
const MEMBER = { memberId: 'm', instanceId: null, clientId: 'one', host: '/10.0.0.1' };
let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-import-'));
  file = join(folder, 'rows.ndjson');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(partitionOf: (key: string) => number): void {
  const rows = KEYS.map((key) => ({
    partition: partitionOf(key),
    key: Buffer.from(key).toString('base64'),
    value: '',
    timestamp: 1,
  }));
  writeFileSync(file, [HEAD, ...rows].map((line) => JSON.stringify(line)).join('\n'));
}

/** Over a changelog with so many partitions; it has nothing that could write. */
function look(
  partitions: number,
  request: Partial<ImportRequest> = {},
  members: readonly GroupMemberDescription[] = [],
): Promise<ImportOutcome> {
  const client = {
    admin: () => ({
      describeTopics: ([topic]: readonly string[]) =>
        Promise.resolve(topic === 'app-s-changelog' ? [{ topic, partitions }] : []),
    }),
    groupAdmin: () => ({ describe: () => Promise.resolve({ state: 'Empty', members }) }),
  } as unknown as BrokerClient;
  return importRows(client, {
    ...{ file, application: undefined, store: undefined, partitions: undefined, execute: false },
    ...request,
  });
}

const byDefault =
  (partitions: number) =>
  (key: string): number =>
    murmur2Partition(Buffer.from(key), partitions);

describe('rows that are to be put back', () => {
  it('stay where Kafka would put their keys', async () => {
    write(byDefault(3));
    const { rowsByPartition, ...told } = await look(3);
    expect(told).toEqual({
      ...{ executed: false, application: 'app', store: 's', topic: 'app-s-changelog', rows: 4, deletions: 0 },
    });
    const counts = [0, 1, 2].map((partition) => KEYS.filter((key) => byDefault(3)(key) === partition).length);
    expect([0, 1, 2].map((partition) => rowsByPartition[partition] ?? 0)).toEqual(counts);
  });

  it('are refused where they would be in another partition, until it is said which is meant', async () => {
    write(byDefault(3));
    await expect(look(7)).rejects.toThrow('among the 7 of app-s-changelog: say --partitions kept');
    expect(Object.keys((await look(7, { partitions: 'by-key' })).rowsByPartition)).toEqual(
      [...new Set(KEYS.map(byDefault(7)))].sort().map(String),
    );
    write(() => 6);
    expect((await look(7, { partitions: 'kept' })).rowsByPartition).toEqual({ 6: 4 });
    await expect(look(6, { partitions: 'kept' })).rejects.toThrow('a row is of partition 6, and app-s-changelog has 6');
  });

  it('are refused while the application runs, and without a changelog', async () => {
    write(byDefault(3));
    await expect(look(3, {}, [MEMBER])).rejects.toThrow(
      'application app runs: its group has 1 members (one at 10.0.0.1); end them first',
    );
    await expect(look(3, { store: 'other' })).rejects.toMatchObject({ code: 'TOPIC_MISSING' });
  });

  it('are refused of a file that is not there, is empty, or is cut off', async () => {
    await expect(look(3)).rejects.toThrow(`${file} cannot be read`);
    writeFileSync(file, '');
    await expect(look(3)).rejects.toThrow(`${file} is empty`);
    writeFileSync(file, `${JSON.stringify(HEAD)}\n{"partition":0,"key"`);
    await expect(look(3)).rejects.toThrow(`line 2 of ${file} is no JSON object`);
  });
});
