package golden;

import static golden.StreamCases.stream;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;

/** Aggregations of streams, windowed or not. */
final class AggregationCases {
  private static final TimeWindows TUMBLING = TimeWindows.ofSizeAndGrace(Duration.ofSeconds(10), Duration.ofSeconds(5));
  private static final TimeWindows HOPPING =
      TimeWindows.ofSizeWithNoGrace(Duration.ofMinutes(5)).advanceBy(Duration.ofMinutes(1));

  private AggregationCases() {}

  private static Materialized<String, String, KeyValueStore<Bytes, byte[]>> strings() {
    return Materialized.with(Serdes.String(), Serdes.String());
  }

  static List<Case> all() {
    return List.of(
        Case.of("count", builder -> stream(builder, "input").groupByKey().count().toStream().to("output")),
        Case.of("count-group-by", builder ->
            stream(builder, "input").groupBy((key, value) -> value).count().toStream().to("output")),
        Case.of("count-named-store", builder ->
            stream(builder, "input").groupBy((key, value) -> value).count(Materialized.as("counts")).toStream().to("output")),
        Case.of("count-all-named", builder ->
            stream(builder, "input").groupBy((key, value) -> value, Grouped.as("by-word"))
                .count(Named.as("count-words"), Materialized.as("counts")).toStream(Named.as("changes"))
                .to("output", Produced.as("out"))),
        Case.of("count-operator-named", builder ->
            stream(builder, "input").groupByKey().count(Named.as("counted")).toStream().to("output")),
        Case.of("count-serde-only", builder ->
            stream(builder, "input").groupBy((key, value) -> value)
                .count(Materialized.with(Serdes.String(), Serdes.Long())).toStream().to("output")),
        Case.of("reduce", builder -> {
          final KGroupedStream<String, String> grouped = stream(builder, "input").groupBy((key, value) -> value);
          grouped.reduce((a, b) -> b).toStream().to("one");
          grouped.reduce((a, b) -> b, Named.as("latest"), Materialized.as("latest-store")).toStream().to("two");
        }),
        Case.of("aggregate", builder -> {
          final KGroupedStream<String, String> grouped =
              stream(builder, "input").selectKey((key, value) -> value).groupByKey();
          grouped.aggregate(() -> "", (key, value, total) -> total).toStream().to("one");
          grouped.aggregate(() -> "", (key, value, total) -> total, strings()).toStream().to("two");
          grouped.aggregate(() -> "", (key, value, total) -> total, Named.as("total"), Materialized.as("totals"))
              .toStream().to("three");
        }),
        Case.of("aggregate-group-named-twice", builder -> {
          final KGroupedStream<String, String> grouped =
              stream(builder, "input").groupBy((key, value) -> value, Grouped.as("by-word"));
          grouped.count().toStream().to("counts");
          grouped.reduce((a, b) -> b).toStream().to("latest");
        }),
        Case.of("aggregate-group-unnamed-twice", builder -> {
          final KGroupedStream<String, String> grouped = stream(builder, "input").groupBy((key, value) -> value);
          grouped.count().toStream().to("counts");
          grouped.reduce((a, b) -> b).toStream().to("latest");
        }),
        Case.of("aggregate-repartition-name-twice", builder -> {
          final KStream<String, String> input = stream(builder, "input");
          input.map(KeyValue::new).groupByKey(Grouped.as("same")).count().toStream().to("one");
          input.map(KeyValue::new).groupByKey(Grouped.as("same")).count().toStream().to("two");
        }),
        Case.of("store-name-twice", builder -> {
          stream(builder, "a").groupByKey().count(Materialized.as("counts")).toStream().to("one");
          stream(builder, "b").groupByKey().count(Materialized.as("counts")).toStream().to("two");
        }),
        Case.of("store-logging", builder -> {
          final KGroupedStream<String, String> grouped = stream(builder, "input").groupByKey();
          grouped.count(Materialized.<String, Long, KeyValueStore<Bytes, byte[]>>as("silent").withLoggingDisabled());
          grouped.count(Materialized.<String, Long, KeyValueStore<Bytes, byte[]>>as("tuned")
              .withLoggingEnabled(Map.of("segment.bytes", "10485760", "cleanup.policy", "compact,delete")));
          grouped.count(Materialized.<String, Long, KeyValueStore<Bytes, byte[]>>as("direct").withCachingDisabled());
        }),
        Case.of("window-count", builder ->
            stream(builder, "input").groupByKey().windowedBy(TUMBLING).count()
                .toStream((windowed, count) -> windowed.key()).to("output")),
        Case.of("window-count-hopping", builder ->
            stream(builder, "input").groupBy((key, value) -> value).windowedBy(HOPPING).count(Materialized.as("per-minute"))
                .toStream((windowed, count) -> windowed.key(), Named.as("flat")).to("output")),
        Case.of("window-count-serde-only", builder ->
            stream(builder, "input").groupBy((key, value) -> value).windowedBy(TUMBLING)
                .count(Materialized.with(Serdes.String(), Serdes.Long())).toStream().to("output")),
        Case.of("window-reduce", builder -> {
          final KStream<String, String> input = stream(builder, "input");
          input.groupByKey().windowedBy(TUMBLING).reduce((a, b) -> b).toStream().to("one");
          input.selectKey((key, value) -> value).groupByKey(Grouped.as("by-value")).windowedBy(HOPPING)
              .reduce((a, b) -> b, Named.as("latest"), Materialized.as("latest-store")).toStream().to("two");
        }),
        Case.of("window-aggregate", builder ->
            stream(builder, "input").map(KeyValue::new).groupByKey().windowedBy(TUMBLING)
                .aggregate(() -> "", (key, value, total) -> total).toStream().to("output")),
        Case.of("window-aggregate-retention", builder ->
            stream(builder, "input").groupByKey().windowedBy(TUMBLING)
                .aggregate(() -> "", (key, value, total) -> total, Named.as("total"),
                    Materialized.<String, String, WindowStore<Bytes, byte[]>>as("totals")
                        .withRetention(Duration.ofHours(1))
                        .withLoggingEnabled(Map.of("min.insync.replicas", "2")))
                .toStream().to("output")),
        Case.of("window-retention-fixed", builder ->
            stream(builder, "input").groupByKey().windowedBy(TUMBLING)
                .count(Materialized.<String, Long, WindowStore<Bytes, byte[]>>as("counts")
                    .withLoggingEnabled(Map.of("retention.ms", "1234567")))),
        Case.of("window-retention-too-short", builder ->
            stream(builder, "input").groupByKey().windowedBy(TUMBLING)
                .count(Materialized.<String, Long, WindowStore<Bytes, byte[]>>as("counts").withRetention(Duration.ofSeconds(12)))),
        Case.with(Map.of("input", 6), "aggregation-chain", builder ->
            stream(builder, "input")
                .groupBy((key, value) -> value).windowedBy(TUMBLING).count()
                .toStream().map((windowed, count) -> KeyValue.pair(windowed.key(), count))
                .groupByKey().reduce(Long::sum)
                .toStream().groupBy((key, value) -> value).count(Materialized.as("how-often"))
                .toStream().to("output")));
  }
}
