package golden;

import static golden.StreamCases.stream;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Aggregator;
import org.apache.kafka.streams.kstream.CogroupedKStream;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Initializer;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.kstream.TimeWindows;

/** Several streams aggregated into one table. */
final class CogroupCases {
  private static final TimeWindows TUMBLING = TimeWindows.ofSizeAndGrace(Duration.ofSeconds(10), Duration.ofSeconds(5));
  private static final Initializer<String> EMPTY = () -> "";
  private static final Aggregator<String, String, String> KEEP = (key, value, total) -> total;

  private CogroupCases() {}

  private static KGroupedStream<String, String> byKey(final StreamsBuilder builder, final String topic) {
    return stream(builder, topic).groupByKey();
  }

  private static KGroupedStream<String, String> byValue(final StreamsBuilder builder, final String topic) {
    return stream(builder, topic).groupBy((key, value) -> value);
  }

  private static CogroupedKStream<String, String> twoRepartitioned(final StreamsBuilder builder, final String name) {
    return byValue(builder, "a").cogroup(KEEP)
        .cogroup(stream(builder, "b").groupBy((key, value) -> value, Grouped.as(name)), KEEP);
  }

  static List<Case> all() {
    return List.of(
        Case.of("cogroup-one", builder ->
            byKey(builder, "a").cogroup(KEEP).aggregate(EMPTY).toStream().to("output")),
        Case.of("cogroup", builder ->
            byKey(builder, "a").cogroup(KEEP).cogroup(byKey(builder, "b"), KEEP).cogroup(byKey(builder, "c"), KEEP)
                .aggregate(EMPTY).toStream().to("output")),
        Case.of("cogroup-named", builder ->
            byKey(builder, "a").cogroup(KEEP).cogroup(byKey(builder, "b"), KEEP)
                .aggregate(EMPTY, Named.as("both"), Materialized.as("both-store")).toStream().to("output")),
        Case.of("cogroup-operator-named", builder ->
            byKey(builder, "a").cogroup(KEEP).cogroup(byKey(builder, "b"), KEEP)
                .aggregate(EMPTY, Named.as("both")).toStream().to("output")),
        Case.of("cogroup-serde-only", builder ->
            byKey(builder, "a").cogroup(KEEP).cogroup(byKey(builder, "b"), KEEP)
                .aggregate(EMPTY, Materialized.with(Serdes.String(), Serdes.String())).toStream().to("output")),
        Case.of("cogroup-repartition", builder ->
            byKey(builder, "a").cogroup(KEEP).cogroup(byValue(builder, "b"), KEEP)
                .aggregate(EMPTY).toStream().to("output")),
        Case.of("cogroup-repartition-named", builder ->
            byValue(builder, "b").cogroup(KEEP).cogroup(byKey(builder, "a"), KEEP)
                .aggregate(EMPTY, Materialized.as("store")).toStream().to("output")),
        Case.of("cogroup-two-repartitions", builder ->
            twoRepartitioned(builder, "by-value").aggregate(EMPTY).toStream().to("output")),
        Case.optimized("cogroup-two-repartitions-optimized", "all", builder ->
            twoRepartitioned(builder, "by-value").aggregate(EMPTY).toStream().to("output")),
        Case.of("cogroup-two-unnamed-repartitions", builder ->
            byValue(builder, "a").cogroup(KEEP).cogroup(byValue(builder, "b"), KEEP)
                .aggregate(EMPTY).toStream().to("output")),
        Case.optimized("cogroup-two-unnamed-repartitions-one-merged", "all", builder -> {
          final KStream<String, String> keyed = stream(builder, "a").selectKey((key, value) -> value);
          keyed.groupByKey().count(Materialized.as("counts")).toStream().to("counted");
          keyed.groupByKey().cogroup(KEEP).cogroup(byValue(builder, "b"), KEEP)
              .aggregate(EMPTY, Materialized.as("totals")).toStream().to("output");
        }),
        Case.of("cogroup-shares-repartition", builder -> {
          final KGroupedStream<String, String> grouped =
              stream(builder, "a").groupBy((key, value) -> value, Grouped.as("by-value"));
          grouped.count().toStream().to("counts");
          grouped.cogroup(KEEP).cogroup(byKey(builder, "b"), KEEP).aggregate(EMPTY).toStream().to("output");
        }),
        Case.of("cogroup-twice", builder -> {
          final CogroupedKStream<String, String> cogroup = twoRepartitioned(builder, "by-value");
          cogroup.aggregate(EMPTY).toStream().to("one");
          cogroup.windowedBy(TUMBLING).aggregate(EMPTY, Named.as("again")).toStream().to("two");
        }),
        Case.with(Map.of("a", 6, "b", 3), "cogroup-not-copartitioned", builder -> {
          byKey(builder, "a").cogroup(KEEP).cogroup(byKey(builder, "b"), KEEP)
              .aggregate(EMPTY).toStream().to("output");
          stream(builder, "z").repartition().to("zz");
        }),
        Case.with(Map.of("a", 6, "b", 3), "cogroup-repartition-aligned", builder ->
            byKey(builder, "a").cogroup(KEEP).cogroup(byValue(builder, "b"), KEEP)
                .aggregate(EMPTY).toStream().to("output")),
        Case.of("cogroup-joined", builder ->
            stream(builder, "c").join(
                byKey(builder, "a").cogroup(KEEP).cogroup(byKey(builder, "b"), KEEP).aggregate(EMPTY),
                (left, right) -> left).to("output")),
        Case.of("cogroup-grouped-again", builder ->
            byKey(builder, "a").cogroup(KEEP).cogroup(byKey(builder, "b"), KEEP).aggregate(EMPTY)
                .filter((key, value) -> true)
                .groupBy(KeyValue::pair).count().toStream().to("output")),
        Case.of("cogroup-windowed", builder ->
            byKey(builder, "a").cogroup(KEEP).cogroup(byKey(builder, "b"), KEEP).windowedBy(TUMBLING)
                .aggregate(EMPTY).toStream().to("output")),
        Case.of("cogroup-sessions", builder ->
            byKey(builder, "a").cogroup(KEEP).cogroup(byKey(builder, "b"), KEEP)
                .windowedBy(SessionWindows.ofInactivityGapWithNoGrace(Duration.ofSeconds(10)))
                .aggregate(EMPTY, (key, one, other) -> one).toStream().to("output")),
        Case.of("cogroup-windowed-named", builder ->
            byKey(builder, "a").cogroup(KEEP).cogroup(byValue(builder, "b"), KEEP).windowedBy(TUMBLING)
                .aggregate(EMPTY, Named.as("both"), Materialized.as("both-store")).toStream().to("output")));
  }
}
