/** What the application does: lines of text in, the number of times that each word was seen out. */
import { serdes, StreamsBuilder, type Topology } from 'millrace';

export const TOPICS = { lines: 'lines', counts: 'counts' };

export function wordCount(topics: typeof TOPICS = TOPICS): Topology {
  const builder = new StreamsBuilder();
  builder
    .stream(topics.lines, { key: serdes.string(), value: serdes.string() })
    .flatMapValues((line) => line.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [])
    .groupBy((word) => word, { key: serdes.string(), value: serdes.string() })
    .count({ store: 'word-counts' })
    .toStream()
    .to(topics.counts);
  return builder.build();
}
