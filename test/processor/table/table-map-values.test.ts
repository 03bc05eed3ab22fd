import { expect, it } from 'vitest';
import { STRINGS, timeline } from '../timeline.js';

it.each([undefined, 'mapped'])('KTable.mapValues maps rows and leaves tombstones alone, store %s', (store) => {
  const { feed } = timeline((_, builder) =>
    builder
      .table('t', STRINGS)
      .mapValues((value) => `<${value}>`, { ...STRINGS, ...(store === undefined ? {} : { store }) })
      .toStream(),
  );
  expect(feed('a=1@5 a=-@6 b=2@7', 't')).toBe('a=<1>@5 a=-@6 b=<2>@7');
});
