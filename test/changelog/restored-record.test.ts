import { expect, it } from 'vitest';
import { MemoryCursor } from '../../src/broker/memory/memory-log.js';
import { restoreRecord } from '../../src/changelog/restored-record.js';
import { NO_HEADERS } from '../../src/record/headers.js';
import { serdes } from '../../src/serde/serdes.js';
import type { TaskState } from '../../src/store/task-state.js';

it('restores all of a value into the bytes of a store, also what a source topic holds in headers', () => {
  const value = serdes.cloudEvents({ data: serdes.string(), contentType: 'text/plain' });
  const event = {
    specversion: '1.0',
    id: '1',
    source: '/s',
    type: 't',
    datacontenttype: 'text/plain',
    data: 'x',
  } as const;
  const headers = value.headersFor?.(event, 'events', NO_HEADERS) ?? [];
  const bytes = value.serialize(event, 'events', headers);
  const place = { topic: 'events', partition: 0 };
  const cursor = new MemoryCursor([
    { ...place, offset: 0, timestamp: 1, key: Buffer.from('k'), value: bytes, headers },
    { ...place, offset: 1, timestamp: 1, key: Buffer.from('k'), value: null, headers: NO_HEADERS },
  ]);
  const restored: (Buffer | null)[] = [];
  const target = {
    state: {
      restore: (_store: string, _key: Buffer, stored: Buffer | null) => restored.push(stored),
    } as unknown as TaskState,
    place: { ...place, store: 's', task: '0_0' },
    decoders: { key: serdes.string(), value },
    undecodable: (error: unknown) => {
      throw error as Error;
    },
  };
  while (cursor.next()) expect(restoreRecord(cursor, target)).toBeNull();
  expect(bytes.toString()).toBe('x');
  expect(restored.map((stored) => (stored === null ? null : value.deserialize(stored, 'events')))).toEqual([
    event,
    null,
  ]);
});
