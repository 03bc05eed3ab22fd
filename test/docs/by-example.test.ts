import { expect, test } from 'vitest';
import { text, type Example } from '../../scripts/docs/by-example/example.js';
import { picture } from '../../scripts/docs/by-example/picture.js';
import { run } from '../../scripts/docs/by-example/run.js';
import { timeline } from '../../scripts/docs/by-example/timeline.js';
import { serdes, SessionWindows } from '../../src/index.js';

const visits: Example = {
  operators: 'visits',
  says: '',
  topology: (builder) => {
    builder
      .stream('clicks', text)
      .groupByKey()
      .windowedBy(SessionWindows.of({ gap: '5s' }))
      .reduce((one, other) => one + other)
      .toStream()
      .to('visits');
  },
  given: [
    ['clicks', 'ann', 'a', 1],
    ['clicks', 'ann', 'b', 3],
  ],
  reads: { visits: { key: serdes.sessionWindowed(serdes.string()) } },
  inclusive: true,
};

test('a timeline has a column for each record and a line for each result', async () => {
  expect(timeline(await run(visits)).split('\n')).toEqual([
    'second      1             3',
    'clicks      ann a         ann b',
    '-> visits   ann [1,1] a   ann [1,1] –',
    '                          ann [1,3] ab',
  ]);
});

test('a picture has a dot for each record where it came, and a bar for each window', async () => {
  const drawn = picture('visits <1>', await run(visits), 1);
  expect(drawn).toContain('<title>visits &lt;1&gt;</title>');
  const dots = [...drawn.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)" r="4" fill="(#\w+)"/g)].map(([, x, y, fill]) => ({ x, y, fill })); // prettier-ignore
  expect(dots).toHaveLength(5);
  const [first, second, made, deleted, longer] = dots;
  expect(made?.x).toBe(first?.x);
  expect([deleted?.x, longer?.x]).toEqual([second?.x, second?.x]);
  // What comes at one time lies on rows of its own; what is deleted is empty.
  expect(new Set([made?.y, deleted?.y, longer?.y]).size).toBe(3);
  expect(deleted?.fill).not.toBe(longer?.fill);
  const widths = [...drawn.matchAll(/rx="3"/g)];
  expect(widths).toHaveLength(3);
});
