package golden;

import static golden.StreamCases.stream;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Aggregator;
import org.apache.kafka.streams.kstream.Initializer;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Merger;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.SessionWindowedKStream;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.Suppressed.BufferConfig;
import org.apache.kafka.streams.state.SessionStore;

/** Session windows. */
final class SessionCases {
  private static final SessionWindows SESSIONS =
      SessionWindows.ofInactivityGapAndGrace(Duration.ofSeconds(10), Duration.ofSeconds(5));
  private static final Initializer<String> EMPTY = () -> "";
  private static final Aggregator<String, String, String> KEEP = (key, value, total) -> total;
  private static final Merger<String, String> LAST = (key, one, other) -> other;

  private SessionCases() {}

  private static KGroupedStream<String, String> byKey(final StreamsBuilder builder) {
    return stream(builder, "input").groupByKey();
  }

  private static KGroupedStream<String, String> byValue(final StreamsBuilder builder) {
    return stream(builder, "input").groupBy((key, value) -> value);
  }

  static List<Case> all() {
    return List.of(
        Case.of("session-count", builder ->
            byValue(builder).windowedBy(SESSIONS).count().toStream().to("output")),
        Case.of("session-count-serde-only", builder ->
            byValue(builder).windowedBy(SESSIONS).count(Materialized.with(Serdes.String(), Serdes.Long()))
                .toStream().to("output")),
        Case.of("session-count-operator-named", builder ->
            byKey(builder).windowedBy(SESSIONS).count(Named.as("counted")).toStream().to("output")),
        Case.of("session-reduce", builder -> {
          final SessionWindowedKStream<String, String> windowed = byValue(builder).windowedBy(SESSIONS);
          windowed.reduce((a, b) -> b).toStream().to("one");
          windowed.reduce((a, b) -> b, Named.as("latest"), Materialized.as("latest-store")).toStream().to("two");
        }),
        Case.of("session-aggregate", builder -> {
          final SessionWindowedKStream<String, String> windowed = byKey(builder).windowedBy(SESSIONS);
          windowed.aggregate(EMPTY, KEEP, LAST).toStream().to("one");
          windowed.aggregate(EMPTY, KEEP, LAST, Materialized.with(Serdes.String(), Serdes.String()))
              .toStream().to("two");
          windowed.aggregate(EMPTY, KEEP, LAST, Named.as("total"),
              Materialized.<String, String, SessionStore<Bytes, byte[]>>as("totals")
                  .withRetention(Duration.ofHours(1))
                  .withLoggingEnabled(Map.of("min.insync.replicas", "2")))
              .toStream().to("three");
        }),
        Case.of("session-retention-too-short", builder ->
            byKey(builder).windowedBy(SESSIONS)
                .count(Materialized.<String, Long, SessionStore<Bytes, byte[]>>as("counts").withRetention(Duration.ofSeconds(14)))),
        Case.of("session-table", builder ->
            byKey(builder).windowedBy(SESSIONS).count(Materialized.as("counts"))
                .filter((key, count) -> count > 1, Materialized.as("many"))
                .mapValues(count -> count + 1)
                .groupBy((windowed, count) -> KeyValue.pair(windowed.key(), count))
                .count().toStream().to("output")),
        Case.of("session-suppress", builder ->
            byValue(builder).windowedBy(SESSIONS).count(Materialized.as("counts"))
                .suppress(Suppressed.untilWindowCloses(BufferConfig.unbounded()))
                .toStream().to("output")));
  }
}
