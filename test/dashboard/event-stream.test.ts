import { expect, it } from 'vitest';
import { EventStream } from '../../dashboard/event-stream.js';

it('gives the data of events however they are cut', () => {
  const text = 'data: {"a":1}\n\n: nothing\n\ndata: b\ndata: c\n\n';
  for (let size = 1; size <= text.length; size += 1) {
    const events = new EventStream();
    const taken: string[] = [];
    for (let at = 0; at < text.length; at += size) taken.push(...events.take(text.slice(at, at + size)));
    expect(taken).toEqual(['{"a":1}', 'b\nc']);
  }
});

it('keeps what is not complete', () => {
  const events = new EventStream();
  expect(events.take('data: 1\n')).toEqual([]);
  expect(events.take('\ndata: 2')).toEqual(['1']);
});
