package golden;

import static golden.StreamCases.stream;
import static golden.StreamCases.texts;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KGroupedTable;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.state.KeyValueStore;

/** Tables and what is made of them. */
final class TableCases {
  private TableCases() {}

  static KTable<String, String> table(final StreamsBuilder builder, final String topic) {
    return builder.table(topic, texts());
  }

  private static Materialized<String, String, KeyValueStore<Bytes, byte[]>> as(final String store) {
    return Materialized.as(store);
  }

  static List<Case> all() {
    return List.of(
        Case.of("table", builder -> table(builder, "users").toStream().to("output")),
        Case.of("table-unused", builder -> table(builder, "users")),
        Case.of("table-stored", builder -> builder.table("users", texts(), as("users-store")).toStream().to("output")),
        Case.of("table-named", builder ->
            builder.table("users", texts().withName("people"), as("users-store")).toStream(Named.as("changes")).to("output")),
        Case.of("table-filter", builder ->
            table(builder, "users").filter((key, value) -> true).filterNot((key, value) -> false).toStream().to("output")),
        Case.of("table-map-values", builder -> {
          final KTable<String, String> users = table(builder, "users");
          users.mapValues(value -> value).toStream().to("one");
          users.mapValues(value -> value, Named.as("upper"), as("upper-store")).toStream().to("two");
        }),
        Case.of("table-filter-stored", builder -> {
          final KTable<String, String> users = table(builder, "users");
          users.filter((key, value) -> true, as("kept")).toStream().to("one");
          users.filterNot((key, value) -> true, Named.as("refuse"), as("refused")).toStream().to("two");
        }),
        Case.of("table-serde-only", builder ->
            builder.table("users", texts())
                .filter((key, value) -> true, Materialized.with(Serdes.String(), Serdes.String()))
                .mapValues(value -> value, Materialized.with(Serdes.String(), Serdes.String()))
                .toStream().to("output")),
        Case.of("table-to-stream-with-key", builder -> {
          final KTable<String, String> users = table(builder, "users");
          users.toStream((key, value) -> value).to("one");
          users.toStream((key, value) -> value, Named.as("by-name")).groupByKey().count().toStream().to("two");
        }),
        Case.of("table-group-count", builder ->
            table(builder, "users").groupBy(KeyValue::new).count().toStream().to("output")),
        Case.of("table-group-count-named", builder ->
            table(builder, "users").groupBy(KeyValue::new, Grouped.with("by-city", Serdes.String(), Serdes.String()))
                .count(Named.as("count-users"), Materialized.as("users-per-city")).toStream().to("output")),
        Case.of("table-group-reduce", builder ->
            builder.table("users", texts(), as("users-store")).groupBy(KeyValue::new)
                .reduce((a, b) -> b, (a, b) -> a).toStream().to("output")),
        Case.of("table-group-reduce-named", builder ->
            table(builder, "users").groupBy(KeyValue::new)
                .reduce((a, b) -> b, (a, b) -> a, Named.as("summed"), as("sums")).toStream().to("output")),
        Case.of("table-group-aggregate", builder ->
            table(builder, "users").groupBy(KeyValue::new)
                .aggregate(() -> "", (key, value, all) -> all, (key, value, all) -> all).toStream().to("output")),
        Case.of("table-group-twice", builder -> {
          final KGroupedTable<String, String> unnamed = table(builder, "users").groupBy(KeyValue::new);
          unnamed.count().toStream().to("one");
          unnamed.reduce((a, b) -> b, (a, b) -> a).toStream().to("two");
          final KGroupedTable<String, String> named = table(builder, "places").groupBy(KeyValue::new, Grouped.as("by-place"));
          named.count().toStream().to("three");
          named.reduce((a, b) -> b, (a, b) -> a).toStream().to("four");
        }),
        Case.of("table-derived-group", builder ->
            table(builder, "users").mapValues(value -> value).filter((key, value) -> true)
                .groupBy(KeyValue::new).count().toStream().to("output")),
        Case.of("table-of-count-group", builder ->
            stream(builder, "input").groupByKey().count()
                .groupBy((key, count) -> KeyValue.pair(count, key), Grouped.with(Serdes.Long(), Serdes.String()))
                .count().toStream().to("output")),
        Case.of("table-no-logging", builder ->
            builder.table("users", texts(),
                Materialized.<String, String, KeyValueStore<Bytes, byte[]>>as("users-store").withLoggingDisabled())
                .toStream().to("output")),
        Case.with(Map.of("users", 2, "cities", 7), "table-deep-chain", builder -> {
          table(builder, "users").groupBy(KeyValue::new).count().toStream()
              .merge(table(builder, "cities").groupBy(KeyValue::new).count().toStream())
              .selectKey((key, value) -> value)
              .groupByKey().count().groupBy((key, count) -> KeyValue.pair(count, key)).count().toStream().to("output");
        }),
        Case.of("table-and-stream-of-one-topic", builder -> {
          table(builder, "users").toStream().to("one");
          stream(builder, "users").to("two");
        }));
  }
}
