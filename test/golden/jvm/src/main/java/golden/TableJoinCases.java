package golden;

import static golden.StreamCases.stream;
import static golden.StreamCases.texts;
import static golden.TableCases.table;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.ValueJoiner;
import org.apache.kafka.streams.state.KeyValueStore;

/** Joins of two tables of the same keys. */
final class TableJoinCases {
  private static final ValueJoiner<String, String, String> LEFT = (left, right) -> left;

  private TableJoinCases() {}

  private static Materialized<String, String, KeyValueStore<Bytes, byte[]>> as(final String store) {
    return Materialized.as(store);
  }

  static List<Case> all() {
    return List.of(
        Case.of("table-join", builder ->
            table(builder, "users").join(table(builder, "towns"), LEFT).toStream().to("output")),
        Case.of("table-join-left", builder ->
            table(builder, "users").leftJoin(table(builder, "towns"), LEFT).toStream().to("output")),
        Case.of("table-join-outer", builder ->
            table(builder, "users").outerJoin(table(builder, "towns"), LEFT).toStream().to("output")),
        Case.of("table-join-named", builder ->
            table(builder, "users").join(table(builder, "towns"), LEFT, Named.as("with-town")).toStream().to("output")),
        Case.of("table-join-stored", builder ->
            table(builder, "users").join(table(builder, "towns"), LEFT, as("joined")).toStream().to("output")),
        Case.of("table-join-named-stored", builder ->
            builder.table("users", texts(), as("users-store"))
                .leftJoin(builder.table("towns", texts(), as("towns-store")), LEFT, Named.as("with-town"), as("joined"))
                .toStream().to("output")),
        Case.of("table-join-serde-only", builder ->
            table(builder, "users")
                .join(table(builder, "towns"), LEFT, Materialized.with(Serdes.String(), Serdes.String()))
                .toStream().to("output")),
        Case.of("table-join-serde-only-named", builder ->
            table(builder, "users")
                .outerJoin(
                    table(builder, "towns"), LEFT, Named.as("any"), Materialized.with(Serdes.String(), Serdes.String()))
                .toStream().to("output")),
        Case.of("table-join-itself", builder -> {
          final KTable<String, String> users = table(builder, "users");
          users.join(users, LEFT).toStream().to("output");
        }),
        Case.of("table-join-chain", builder ->
            table(builder, "users")
                .join(table(builder, "towns"), LEFT)
                .leftJoin(table(builder, "shops"), LEFT)
                .outerJoin(table(builder, "roads"), LEFT)
                .toStream().to("output")),
        Case.of("table-join-chain-of-one-table", builder -> {
          final KTable<String, String> users = table(builder, "users");
          final KTable<String, String> towns = table(builder, "towns");
          users.join(towns, LEFT).leftJoin(users, LEFT, as("twice")).join(towns, LEFT).toStream().to("output");
        }),
        Case.of("table-join-derived", builder ->
            table(builder, "users").filter((key, value) -> true).mapValues(value -> value)
                .join(table(builder, "towns").mapValues(value -> value, as("upper")), LEFT)
                .toStream().to("output")),
        Case.of("table-join-grouped", builder ->
            table(builder, "users").outerJoin(table(builder, "towns"), LEFT)
                .groupBy((key, value) -> KeyValue.pair(value, key)).count().toStream().to("output")),
        Case.of("table-join-filtered", builder ->
            table(builder, "users").join(table(builder, "towns"), LEFT)
                .filter((key, value) -> true).toStream().to("output")),
        Case.of("table-join-counts", builder ->
            stream(builder, "clicks").groupByKey().count()
                .outerJoin(stream(builder, "views").groupBy((key, value) -> value).count(), (one, other) -> one)
                .toStream().to("output", org.apache.kafka.streams.kstream.Produced.with(Serdes.String(), Serdes.Long()))),
        Case.of("table-join-looked-up", builder ->
            stream(builder, "orders")
                .join(table(builder, "users").leftJoin(table(builder, "towns"), LEFT), (order, joined) -> order)
                .to("output")),
        Case.optimized("table-join-optimized", "all", builder ->
            table(builder, "users").leftJoin(table(builder, "towns"), LEFT)
                .join(stream(builder, "shops").selectKey((key, value) -> value).toTable(), LEFT)
                .toStream().to("output")),
        Case.with(Map.of("users", 3, "z", 1), "table-join-not-copartitioned", builder -> {
          table(builder, "users").join(table(builder, "towns"), LEFT).toStream().to("output");
          // Kafka Streams checks nothing in a topology without a repartition topic.
          stream(builder, "z").repartition().to("zz");
        }));
  }
}
