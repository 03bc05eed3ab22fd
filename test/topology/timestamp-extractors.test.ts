import { describe, expect, it } from 'vitest';
import { timestampExtractors, type TimestampExtractor } from 'millrace';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import { TopologyTestDriver } from '../../src/testing/test-driver.js';

const texts = { key: serdes.string(), value: serdes.string() };

/** Timestamps of what comes out of records with these. */
function times(timestampExtractor: TimestampExtractor, ...given: number[]): { times: number[]; dropped: unknown } {
  const builder = new StreamsBuilder();
  builder.stream('in', { ...texts, timestampExtractor }).to('out');
  const driver = new TopologyTestDriver(builder.build(), { now: 70 });
  for (const timestamp of given) driver.inputTopic('in', texts).pipe('k', 'v', { timestamp });
  const records = driver.outputTopic('out', texts).readRecords();
  return { times: records.map(({ timestamp }) => timestamp), dropped: driver.metrics.drops };
}

describe('timestamp extractors', () => {
  it('fail on a negative timestamp', () => {
    expect(times(timestampExtractors.failOnInvalidTimestamp, 5)).toEqual({ times: [5], dropped: {} });
    expect(() => times(timestampExtractors.failOnInvalidTimestamp, -5)).toThrow(/negative timestamp -5.*in-0-0/);
  });

  it('skip a record with a negative timestamp', () => {
    expect(times(timestampExtractors.logAndSkipOnInvalidTimestamp, 5, -1, 6)).toEqual({
      times: [5, 6],
      dropped: { 'negative-timestamp': 1 },
    });
  });

  it('take the time of the partition instead, and the beginning of time before there is one', () => {
    // Kafka Streams dies of the first of these records.
    const { usePartitionTimeOnInvalidTimestamp } = timestampExtractors;
    expect(times(usePartitionTimeOnInvalidTimestamp, -3, 5, 4, -1)).toEqual({ times: [0, 5, 4, 5], dropped: {} });
  });

  it('take the wall clock of the application', () => {
    expect(times(timestampExtractors.wallclockTimestampExtractor, 5)).toEqual({ times: [70], dropped: {} });
  });
});
