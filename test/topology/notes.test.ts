import { describe, expect, it } from 'vitest';
import {
  JoinWindows,
  serdes,
  SessionWindows,
  SlidingWindows,
  StreamsBuilder,
  TimeWindows,
  type KGroupedStream,
  type KStream,
} from '../../src/index.js';
import { notesOf } from '../../src/topology/notes.js';

const texts = { key: serdes.string(), value: serdes.string() };

function notes(write: (stream: KStream<string, string>, builder: StreamsBuilder) => void, interval?: number): string[] {
  const builder = new StreamsBuilder();
  write(builder.stream('in', texts), builder);
  return notesOf(builder.build(), interval ?? null).map(({ level, text }) => `${level}: ${text}`);
}

const counted = (
  write: (groups: KGroupedStream<string, string>) => { toStream(): KStream<never, unknown> },
): string[] =>
  notes((stream) =>
    write(stream.groupByKey())
      .toStream()
      .foreach(() => undefined),
  );

describe('grace', () => {
  const untold =
    /^warn: the windows of KSTREAM-\S+ have no grace: a record that comes after time has passed .* grace: '1m', or grace: 0/;

  it('that was not given is told, of windows of every kind', () => {
    for (const found of [
      counted((groups) => groups.windowedBy(TimeWindows.of({ size: '1m' })).count() as never),
      counted((groups) => groups.windowedBy(SlidingWindows.of({ timeDifference: '1m' })).count() as never),
      counted((groups) => groups.windowedBy(SessionWindows.of({ gap: '1m' })).count() as never),
    ]) {
      expect(found).toEqual([expect.stringMatching(untold)]);
    }
    const joined = notes((stream, builder) =>
      stream
        .join(builder.stream('other', texts), (a, b) => a + b, JoinWindows.of({ timeDifference: '1m' }))
        .foreach(() => undefined),
    );
    expect(joined[0]).toMatch(untold);
  });

  it('that was given, be it 0, is not', () => {
    expect(counted((groups) => groups.windowedBy(TimeWindows.of({ size: '1m', grace: 0 })).count() as never)).toEqual(
      [],
    );
    expect(counted((groups) => groups.windowedBy(SessionWindows.of({ gap: '1m', grace: 5 })).count() as never)).toEqual(
      [],
    );
  });
});

describe('a topology', () => {
  it('of which nothing comes is told', () => {
    const found = notes((stream) => void stream.mapValues((value) => value.length));
    expect(found).toEqual([expect.stringMatching(/^warn: nothing comes of this topology: .* end it with to\(\)/)]);
  });

  it('that writes, acts or keeps something is not', () => {
    expect(notes((stream) => stream.to('out'))).toEqual([]);
    expect(notes((stream) => stream.foreach(() => undefined))).toEqual([]);
    expect(notes((stream) => void stream.groupByKey().count({ store: 'n' }))).toEqual([]);
  });
});

describe('what comes late', () => {
  it('of a cache, with the commit, is told when nobody said how often that is', () => {
    const write = (stream: KStream<string, string>): void =>
      stream.groupByKey().count({ store: 'n' }).toStream().to('out');
    expect(notes(write, 30_000)).toEqual([
      expect.stringMatching(
        /^warn: updates of store n are held back until the commit, every 30 s unless you say otherwise; set commitInterval/,
      ),
    ]);
    expect(notes(write)).toEqual([]);
    expect(notes(write, 100)).toEqual([]);
    expect(notes((stream) => stream.to('out'), 30_000)).toEqual([]);
  });

  it('of windows that must close first is told', () => {
    const windows = TimeWindows.of({ size: '1m', grace: 0 });
    const told = /^info: final results of \S+ come once later records have moved stream time/;
    expect(
      counted((groups) => groups.windowedBy(windows).count().suppress({ until: 'windowCloses' }) as never),
    ).toEqual([expect.stringMatching(told)]);
    expect(counted((groups) => groups.windowedBy(windows).emitStrategy('onWindowClose').count() as never)).toEqual([
      expect.stringMatching(told),
    ]);
  });
});
