import { afterEach, expect, it } from 'vitest';
import { ServerAccess } from '../../../src/cli/state/ask-server.js';
import { StoreGroup, TOKEN } from '../../query/store-instances.js';
import { spec } from '../../store/state-bench.js';

let group: StoreGroup;
afterEach(() => group.end());

const KEYS = ['', '.', '..', 'a/b', 'a?b#c%2F', 'ü 漢 🌊', '"', '\0'];

it('asks for any text as a key, also where an address cannot have it as it is', async () => {
  group = new StoreGroup([spec({ name: 'counts', kind: 'keyValue' })], 1);
  const store = group.tasks[0]!.state.get<string, number>('keyValue', 'counts');
  for (const [index, key] of KEYS.entries()) store.put(key, index);
  const { server } = await group.start(group.tasks);
  const access = new ServerAccess(server.url, TOKEN);
  const counts = await access.store('counts');
  const values = await Promise.all(
    KEYS.map(async (key) => (await access.key(counts, key, {})).map((row) => [row.key, row.value])),
  );
  expect(values).toEqual(KEYS.map((key, index) => [[key, index]]));
  expect(await access.key(counts, 'nope', {})).toEqual([]);
});
