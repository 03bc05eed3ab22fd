/** Lines in, words counted, counts out. */
import { serdes, StreamsBuilder, type Topology } from 'millrace';

export interface WordCountTopics {
  readonly lines: string;
  readonly counts: string;
}

export const STORE = 'word-counts';

/** Counts every word of every line; a word's count is written to `counts` whenever it has changed. */
export function wordCount({ lines, counts }: WordCountTopics): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream(lines, { key: serdes.string(), value: serdes.string() })
    .flatMapValues((line) => wordsOf(line))
    .groupBy((word) => word, { key: serdes.string(), value: serdes.string() })
    .count({ store: STORE })
    .toStream()
    .to(counts);
  return builder.build();
}

function wordsOf(line: string): string[] {
  return line.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
}
