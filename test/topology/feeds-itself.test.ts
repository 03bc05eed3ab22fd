import { expect, it } from 'vitest';
import { serdes, StreamsBuilder } from '../../src/index.js';
import { feedbacksOf } from '../../src/topology/feeds-itself.js';
import { notesOf } from '../../src/topology/notes.js';

const texts = { key: serdes.string(), value: serdes.string() };

function feedbacks(write: (builder: StreamsBuilder) => void): string[] {
  const builder = new StreamsBuilder();
  write(builder);
  return feedbacksOf(builder.build()).map(({ topic }) => topic);
}

it('tells a topology that writes to the topic that it reads', () => {
  expect(feedbacks((builder) => builder.stream('in', texts).to('in'))).toEqual(['in']);
});

it('tells one that does so by a pattern', () => {
  expect(feedbacks((builder) => builder.stream(/in-.*/, texts).to('in-again'))).toEqual(['in-again']);
});

it('tells a way round by other topics', () => {
  const found = feedbacks((builder) => {
    builder.stream('a', texts).to('b');
    builder.stream('b', texts).to('a');
  });
  expect(found).toEqual(['b', 'a']);
});

it('names the topic of the user where a repartition is on the way', () => {
  const found = feedbacks((builder) => {
    builder
      .stream('in', texts)
      .groupBy((value) => value, texts)
      .count()
      .toStream()
      .mapValues(String)
      .to('in', texts);
  });
  expect(found).toEqual(['in']);
});

it('has nothing to tell of topics that are written and read, one after the other', () => {
  const found = feedbacks((builder) => {
    builder.stream('a', texts).to('b');
    builder.stream('b', texts).repartition().to('c');
    builder.stream('c', texts).to((value) => value);
  });
  expect(found).toEqual([]);
});

it('is a warning at the beginning', () => {
  const builder = new StreamsBuilder();
  builder.stream('in', texts).to('in');
  expect(notesOf(builder.build(), null)).toEqual([
    {
      level: 'warn',
      text: expect.stringMatching(
        /^KSTREAM-SINK-0000000001 writes to in, which the same topology reads: each record comes back/,
      ) as string,
      node: 'KSTREAM-SINK-0000000001',
    },
  ]);
});
