package golden;

import static golden.StreamCases.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.kstream.SlidingWindows;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.UnlimitedWindows;
import org.apache.kafka.streams.state.WindowStore;

/** Sliding and unlimited windows. */
final class WindowCases {
  private static final SlidingWindows SLIDING =
      SlidingWindows.ofTimeDifferenceAndGrace(Duration.ofSeconds(10), Duration.ofSeconds(5));
  private static final TimeWindows TUMBLING = TimeWindows.ofSizeAndGrace(Duration.ofSeconds(10), Duration.ofSeconds(5));
  private static final UnlimitedWindows UNLIMITED = UnlimitedWindows.of().startOn(Instant.ofEpochMilli(1_000));

  private WindowCases() {}

  private static KGroupedStream<String, String> byValue(final StreamsBuilder builder) {
    return stream(builder, "input").groupBy((key, value) -> value);
  }

  static List<Case> all() {
    return List.of(
        Case.of("sliding-count", builder ->
            byValue(builder).windowedBy(SLIDING).count().toStream().to("output")),
        Case.of("sliding-count-serde-only", builder ->
            byValue(builder).windowedBy(SLIDING).count(Materialized.with(Serdes.String(), Serdes.Long()))
                .toStream().to("output")),
        Case.of("sliding-count-named", builder ->
            byValue(builder).windowedBy(SLIDING).count(Named.as("counted"), Materialized.as("counts"))
                .toStream().to("output")),
        Case.of("sliding-reduce", builder ->
            byValue(builder).windowedBy(SLIDING).reduce((a, b) -> b).toStream().to("output")),
        Case.of("sliding-aggregate", builder ->
            byValue(builder).windowedBy(SLIDING).aggregate(() -> "", (key, value, total) -> total)
                .toStream().to("output")),
        Case.of("sliding-retention-too-short", builder ->
            byValue(builder).windowedBy(SLIDING)
                .count(Materialized.<String, Long, WindowStore<Bytes, byte[]>>as("counts").withRetention(Duration.ofSeconds(24)))),
        Case.of("sliding-cogroup", builder ->
            stream(builder, "a").groupByKey().<String>cogroup((key, value, total) -> total)
                .cogroup(stream(builder, "b").groupByKey(), (key, value, total) -> total)
                .windowedBy(SLIDING).aggregate(() -> "").toStream().to("output")),
        Case.of("window-emit-on-close", builder ->
            byValue(builder).windowedBy(TUMBLING).emitStrategy(EmitStrategy.onWindowClose())
                .count(Materialized.with(Serdes.String(), Serdes.Long())).toStream().to("output")),
        Case.of("sliding-emit-on-close", builder ->
            byValue(builder).windowedBy(SLIDING).emitStrategy(EmitStrategy.onWindowClose())
                .reduce((a, b) -> b, Named.as("latest"), Materialized.as("store")).toStream().to("output")),
        Case.of("session-emit-on-close", builder ->
            byValue(builder).windowedBy(SessionWindows.ofInactivityGapWithNoGrace(Duration.ofSeconds(10)))
                .emitStrategy(EmitStrategy.onWindowClose()).count().toStream().to("output")),
        Case.of("unlimited-emit-on-close", builder ->
            byValue(builder).windowedBy(UNLIMITED).emitStrategy(EmitStrategy.onWindowClose()).count()),
        Case.of("unlimited-count", builder ->
            byValue(builder).windowedBy(UNLIMITED).count().toStream().to("output")),
        Case.of("unlimited-reduce-named", builder ->
            byValue(builder).windowedBy(UNLIMITED).reduce((a, b) -> b, Named.as("latest"), Materialized.as("store"))
                .toStream().to("output")));
  }
}
