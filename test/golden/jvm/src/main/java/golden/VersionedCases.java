package golden;

import static golden.StreamCases.stream;
import static golden.StreamCases.texts;
import static golden.TableCases.table;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.ValueJoiner;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** Tables with a history, and joins with grace, which need one. */
final class VersionedCases {
  private static final ValueJoiner<String, String, String> LEFT = (left, right) -> left;

  private VersionedCases() {}

  private static <V> Materialized<String, V, KeyValueStore<Bytes, byte[]>> history(final String store) {
    return Materialized.as(Stores.persistentVersionedKeyValueStore(store, Duration.ofHours(1)));
  }

  static List<Case> all() {
    return List.of(
        Case.of("versioned-table", builder ->
            builder.table("users", texts(), history("users-store")).toStream().to("output")),
        Case.optimized("versioned-table-optimized", "all", builder ->
            builder.table("users", texts(), history("users-store")).toStream().to("output")),
        Case.of("versioned-table-logging", builder -> {
          builder.table("users", texts(), VersionedCases.<String>history("users-store")
              .withLoggingEnabled(Map.of("min.compaction.lag.ms", "5", "segment.bytes", "10485760")));
          builder.table("towns", texts(), VersionedCases.<String>history("towns-store").withLoggingDisabled())
              .toStream().to("output");
        }),
        Case.of("versioned-to-table", builder ->
            stream(builder, "input").selectKey((key, value) -> value)
                .toTable(VersionedCases.<String>history("rows")
                    .withKeySerde(Serdes.String()).withValueSerde(Serdes.String()))
                .toStream().to("output")),
        Case.of("versioned-count", builder ->
            stream(builder, "input").groupByKey().count(history("counts")).toStream().to("output")),
        Case.of("versioned-derived", builder -> {
          final KTable<String, String> users = builder.table("users", texts(), history("users-store"));
          users.filter((key, value) -> true, history("kept")).toStream().to("one");
          users.mapValues(value -> value, Named.as("upper"), history("upper-store")).toStream().to("two");
          users.filter((key, value) -> true).mapValues(value -> value).toStream().to("three");
        }),
        Case.of("versioned-joined", builder ->
            builder.table("users", texts(), history("users-store"))
                .leftJoin(table(builder, "towns"), LEFT, history("joined"))
                .toStream().to("output")),
        Case.of("versioned-grouped", builder ->
            builder.table("users", texts(), history("users-store"))
                .filter((key, value) -> true)
                .groupBy((key, value) -> KeyValue.pair(key, value))
                .count(history("counts"))
                .toStream().to("output")),
        Case.of("versioned-stream-join", builder ->
            stream(builder, "input")
                .join(builder.table("users", texts(), history("users-store")).mapValues(value -> value), LEFT)
                .to("output")),
        Case.of("grace-join", builder ->
            stream(builder, "input")
                .join(
                    builder.table("users", texts(), history("users-store")), LEFT,
                    Joined.<String, String, String>with(Serdes.String(), Serdes.String(), null)
                        .withGracePeriod(Duration.ofMinutes(5)))
                .to("output")),
        Case.of("grace-join-named", builder ->
            stream(builder, "input").selectKey((key, value) -> value)
                .leftJoin(
                    builder.table("users", texts(), history("users-store")).filter((key, value) -> true), LEFT,
                    Joined.<String, String, String>with(Serdes.String(), Serdes.String(), null, "with-user")
                        .withGracePeriod(Duration.ofHours(1)))
                .to("output")),
        Case.of("grace-join-twice", builder -> {
          final KTable<String, String> users = builder.table("users", texts(), history("users-store"));
          final Joined<String, String, String> joined =
              Joined.<String, String, String>with(Serdes.String(), Serdes.String(), null)
                  .withGracePeriod(Duration.ofMinutes(5));
          stream(builder, "input").join(users, LEFT, joined).leftJoin(users, LEFT, joined).to("output");
        }),
        Case.of("grace-join-no-history", builder ->
            stream(builder, "input")
                .join(
                    table(builder, "users"), LEFT,
                    Joined.<String, String, String>with(Serdes.String(), Serdes.String(), null)
                        .withGracePeriod(Duration.ofMinutes(5)))
                .to("output")),
        Case.of("grace-join-short-history", builder ->
            stream(builder, "input")
                .join(
                    builder.table("users", texts(), history("users-store")), LEFT,
                    Joined.<String, String, String>with(Serdes.String(), Serdes.String(), null)
                        .withGracePeriod(Duration.ofMinutes(61)))
                .to("output")),
        Case.of("grace-join-hidden-history", builder ->
            stream(builder, "input")
                .join(
                    builder.table("users", texts(), history("users-store"))
                        .filter((key, value) -> true, Materialized.with(Serdes.String(), Serdes.String())), LEFT,
                    Joined.<String, String, String>with(Serdes.String(), Serdes.String(), null)
                        .withGracePeriod(Duration.ofMinutes(5)))
                .to("output")),
        Case.of("versioned-suppressed", builder ->
            builder.table("users", texts(), history("users-store")).filter((key, value) -> true)
                .suppress(Suppressed.untilTimeLimit(Duration.ofMinutes(5), Suppressed.BufferConfig.unbounded()))
                .toStream().to("output")));
  }
}
