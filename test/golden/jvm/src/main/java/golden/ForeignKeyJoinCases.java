package golden;

import static golden.StreamCases.stream;
import static golden.StreamCases.texts;
import static golden.TableCases.table;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.TableJoined;
import org.apache.kafka.streams.kstream.ValueJoiner;
import org.apache.kafka.streams.state.KeyValueStore;

/** Joins of two tables by a foreign key. */
final class ForeignKeyJoinCases {
  private static final ValueJoiner<String, String, String> LEFT = (left, right) -> left;
  private static final Function<String, String> KEY = value -> value;

  private ForeignKeyJoinCases() {}

  private static Materialized<String, String, KeyValueStore<Bytes, byte[]>> as(final String store) {
    return Materialized.as(store);
  }

  private static TableJoined<String, String> named(final String name) {
    return TableJoined.as(name);
  }

  static List<Case> all() {
    return List.of(
        Case.of("foreign-join", builder ->
            table(builder, "orders").join(table(builder, "users"), KEY, LEFT).toStream().to("output")),
        Case.of("foreign-join-left", builder ->
            table(builder, "orders").leftJoin(table(builder, "users"), KEY, LEFT).toStream().to("output")),
        Case.of("foreign-join-named", builder ->
            table(builder, "orders").join(table(builder, "users"), KEY, LEFT, named("with-user")).toStream().to("output")),
        Case.of("foreign-join-stored", builder ->
            table(builder, "orders").join(table(builder, "users"), KEY, LEFT, as("joined")).toStream().to("output")),
        Case.of("foreign-join-named-stored", builder ->
            builder.table("orders", texts(), as("orders-store"))
                .leftJoin(
                    builder.table("users", texts(), as("users-store")), KEY, LEFT, named("with-user"), as("joined"))
                .toStream().to("output")),
        Case.of("foreign-join-serde-only", builder ->
            table(builder, "orders")
                .join(table(builder, "users"), KEY, LEFT, Materialized.with(Serdes.String(), Serdes.String()))
                .toStream().to("output")),
        Case.of("foreign-join-partitioned", builder ->
            table(builder, "orders")
                .join(
                    table(builder, "users"),
                    KEY,
                    LEFT,
                    TableJoined.with((topic, key, value, partitions) -> java.util.Optional.empty(), null))
                .toStream().to("output")),
        Case.of("foreign-join-itself", builder -> {
          final KTable<String, String> users = table(builder, "users");
          users.join(users, KEY, LEFT).toStream().to("output");
        }),
        Case.of("foreign-join-chain", builder ->
            table(builder, "orders")
                .join(table(builder, "users"), KEY, LEFT)
                .leftJoin(table(builder, "towns"), KEY, LEFT)
                .toStream().to("output")),
        Case.of("foreign-join-of-joined", builder ->
            table(builder, "orders")
                .join(table(builder, "users").leftJoin(table(builder, "towns"), KEY, LEFT), KEY, LEFT)
                .toStream().to("output")),
        Case.of("foreign-join-grouped", builder ->
            table(builder, "orders").join(table(builder, "users"), KEY, LEFT)
                .groupBy((key, value) -> KeyValue.pair(value, key)).count().toStream().to("output")),
        Case.of("foreign-join-derived", builder ->
            table(builder, "orders").filter((key, value) -> true)
                .join(table(builder, "users").mapValues(value -> value), KEY, LEFT)
                .mapValues(value -> value).toStream().to("output")),
        Case.of("foreign-join-then-join", builder -> {
          final KTable<String, String> users = table(builder, "users");
          table(builder, "orders").join(users, KEY, LEFT).outerJoin(table(builder, "prices"), LEFT).toStream().to("output");
        }),
        Case.of("foreign-join-twice", builder -> {
          final KTable<String, String> orders = table(builder, "orders");
          final KTable<String, String> users = table(builder, "users");
          orders.join(users, KEY, LEFT).toStream().to("one");
          orders.leftJoin(users, KEY, LEFT, named("second")).toStream().to("two");
        }),
        Case.of("foreign-join-of-counts", builder ->
            stream(builder, "clicks").groupByKey().count()
                .join(
                    stream(builder, "views").groupBy((key, value) -> value).count(),
                    count -> "all",
                    (one, other) -> one)
                .toStream().to("output", org.apache.kafka.streams.kstream.Produced.with(Serdes.String(), Serdes.Long()))),
        Case.with(Map.of("orders", 3, "users", 7), "foreign-join-partitions", builder ->
            table(builder, "orders").join(table(builder, "users"), KEY, LEFT).toStream().to("output")),
        Case.with(Map.of("orders", 3, "users", 7), "foreign-join-repartitioned", builder ->
            stream(builder, "orders").selectKey((key, value) -> value).toTable()
                .join(stream(builder, "users").selectKey((key, value) -> value).toTable(), KEY, LEFT)
                .toStream().to("output")),
        Case.with(Map.of("orders", 7, "users", 3), "foreign-join-chain-partitions", builder ->
            table(builder, "orders")
                .join(stream(builder, "users").selectKey((key, value) -> value).toTable(), KEY, LEFT)
                .leftJoin(table(builder, "towns"), KEY, LEFT, as("joined"))
                .toStream().to("output")),
        Case.optimized("foreign-join-optimized", "all", builder ->
            table(builder, "orders").join(table(builder, "users"), KEY, LEFT)
                .toStream().selectKey((key, value) -> value).groupByKey().count().toStream().to("output")),
        Case.with(Map.of("orders", 3), "foreign-join-in-sequence-with-join", builder ->
            table(builder, "orders").join(table(builder, "users"), KEY, LEFT)
                .join(table(builder, "prices"), LEFT).toStream().to("output")));
  }
}
