import { expect, it } from 'vitest';
import type { WindowStore } from '../../../src/store/window-store.js';
import { JoinWindows } from '../../../src/time/join-windows.js';
import { STRINGS, timeline } from '../timeline.js';

it('keeps what has a key and a value, for as long as the other side can ask for it', async () => {
  const { feed, driver } = timeline((left, builder) =>
    left.join(builder.stream('r', STRINGS), (one) => one, JoinWindows.of({ timeDifference: 10 }), { store: 'kept' }),
  );
  feed('a=1@5 a=2@5 -=3@6 b=-@6 c=4@7');
  const left = driver.store<WindowStore<string, string>>('kept-this-join-store');
  const rows: string[] = [];
  for await (const [key, value] of left.all()) rows.push(`${String(key)}=${value}`);
  expect(rows).toEqual(['[a@5/25]=1', '[a@5/25]=2', '[c@7/27]=4']);
});
