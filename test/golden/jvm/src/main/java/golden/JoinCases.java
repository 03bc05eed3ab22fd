package golden;

import static golden.StreamCases.stream;
import static golden.StreamCases.texts;
import static golden.TableCases.table;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.GlobalKTable;
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;

/** Joins of streams with tables and global tables. */
final class JoinCases {
  private JoinCases() {}

  private static Joined<String, String, String> named(final String name) {
    return Joined.<String, String, String>as(name);
  }

  static List<Case> all() {
    return List.of(
        Case.of("join-table", builder ->
            stream(builder, "orders").join(table(builder, "users"), (order, user) -> order).to("output")),
        Case.of("join-table-left", builder ->
            stream(builder, "orders").leftJoin(table(builder, "users"), (order, user) -> order).to("output")),
        Case.of("join-table-named", builder ->
            stream(builder, "orders").selectKey((key, value) -> value)
                .join(table(builder, "users"), (order, user) -> order, named("with-user")).to("output")),
        Case.of("join-table-stored", builder ->
            stream(builder, "orders")
                .join(builder.table("users", texts(), Materialized.as("users-store")), (order, user) -> order).to("output")),
        Case.of("join-table-new-key", builder ->
            stream(builder, "orders").selectKey((key, value) -> value)
                .join(table(builder, "users"), (order, user) -> order).to("output")),
        Case.of("join-table-new-key-left", builder ->
            stream(builder, "orders").map(KeyValue::new)
                .leftJoin(table(builder, "users"), (order, user) -> order).to("output")),
        Case.of("join-two-tables-share-repartition", builder -> {
          final KStream<String, String> keyed = stream(builder, "orders").selectKey((key, value) -> value);
          keyed.join(table(builder, "users"), (order, user) -> order).to("one");
          keyed.leftJoin(table(builder, "shops"), (order, shop) -> order).to("two");
        }),
        Case.of("join-two-tables-named", builder -> {
          final KStream<String, String> keyed = stream(builder, "orders").selectKey((key, value) -> value);
          keyed.join(table(builder, "users"), (order, user) -> order, named("user")).to("one");
          keyed.join(table(builder, "shops"), (order, shop) -> order).to("two");
          keyed.join(table(builder, "towns"), (order, town) -> order, named("town")).to("three");
        }),
        Case.of("join-chain", builder ->
            stream(builder, "orders")
                .join(table(builder, "users"), (order, user) -> order)
                .leftJoin(table(builder, "shops"), (order, shop) -> order)
                .selectKey((key, value) -> value)
                .join(table(builder, "towns"), (order, town) -> order)
                .groupByKey().count().toStream().to("output")),
        Case.of("join-derived-table", builder -> {
          final KTable<String, String> users = table(builder, "users").mapValues(value -> value).filter((key, value) -> true);
          stream(builder, "orders").join(users, (order, user) -> order).to("output");
        }),
        Case.of("join-derived-stored-table", builder -> {
          final KTable<String, String> users =
              table(builder, "users").mapValues(value -> value, Materialized.as("names")).filter((key, value) -> true);
          stream(builder, "orders").join(users, (order, user) -> order).to("output");
        }),
        Case.of("join-table-of-stream", builder -> {
          final KTable<String, String> latest = stream(builder, "users").selectKey((key, value) -> value).toTable();
          stream(builder, "orders").join(latest, (order, user) -> order).to("output");
        }),
        Case.of("join-own-count", builder -> {
          final KStream<String, String> orders = stream(builder, "orders");
          final KTable<String, Long> counts = orders.groupByKey().count();
          orders.join(counts, (order, count) -> order).to("output");
        }),
        Case.with(Map.of("orders", 3, "users", 8), "join-sets-partitions", builder ->
            stream(builder, "orders").selectKey((key, value) -> value)
                .join(table(builder, "users"), (order, user) -> order)
                .groupBy((key, value) -> value).count().toStream().to("output")),
        Case.with(Map.of("orders", 9, "users", 2), "join-narrows-partitions", builder ->
            stream(builder, "orders").selectKey((key, value) -> value)
                .join(table(builder, "users"), (order, user) -> order)
                .groupBy((key, value) -> value).count().toStream().to("output")),
        Case.with(Map.of("orders", 3, "users", 5), "join-two-repartitions", builder -> {
          final KTable<String, String> users = stream(builder, "users").selectKey((key, value) -> value).toTable();
          stream(builder, "orders").selectKey((key, value) -> value).join(users, (order, user) -> order).to("output");
        }),
        Case.with(Map.of("orders", 3, "users", 5), "join-fixed-partitions", builder -> {
          final KTable<String, String> users = stream(builder, "users").selectKey((key, value) -> value).toTable();
          stream(builder, "orders").repartition(Repartitioned.numberOfPartitions(4))
              .join(users, (order, user) -> order).to("output");
        }),
        Case.with(Map.of("orders", 3, "users", 5, "z", 1), "join-not-copartitioned", builder -> {
          stream(builder, "orders").join(table(builder, "users"), (order, user) -> order).to("output");
          // Kafka Streams checks nothing in a topology without a repartition topic.
          stream(builder, "z").repartition().to("zz");
        }),
        Case.with(Map.of("users", 5), "join-fixed-partitions-differ", builder ->
            stream(builder, "orders").repartition(Repartitioned.numberOfPartitions(4))
                .join(table(builder, "users"), (order, user) -> order).to("output")),
        Case.of("join-fixed-partitions-contradict", builder -> {
          final KTable<String, String> users =
              stream(builder, "users").repartition(Repartitioned.<String, String>as("u").withNumberOfPartitions(6)).toTable();
          stream(builder, "orders").repartition(Repartitioned.<String, String>as("o").withNumberOfPartitions(4))
              .join(users, (order, user) -> order).to("output");
        }),
        Case.of("global-table", builder -> {
          final GlobalKTable<String, String> users = builder.globalTable("users", texts());
          final KStream<String, String> orders = stream(builder, "orders");
          orders.join(users, (key, value) -> value, (order, user) -> order).to("one");
          orders.leftJoin(users, (key, value) -> value, (order, user) -> order, Named.as("maybe-user")).to("two");
        }),
        Case.of("global-tables-between", builder -> {
          stream(builder, "a").to("one");
          builder.globalTable("users", texts().withName("people"), Materialized.as("people-store"));
          stream(builder, "b").groupBy((key, value) -> value).count().toStream().to("two");
          builder.globalTable("places", texts());
          stream(builder, "c").to("three");
        }),
        Case.of("global-table-new-key", builder -> {
          final GlobalKTable<String, String> users = builder.globalTable("users", texts());
          stream(builder, "orders").selectKey((key, value) -> value)
              .leftJoin(users, (key, value) -> value, (order, user) -> order)
              .groupByKey().count().toStream().to("output");
        }),
        Case.of("global-and-table-of-one-topic", builder -> {
          builder.globalTable("users", texts());
          table(builder, "users").toStream().to("output");
        }),
        Case.of("join-everything", builder -> {
          final GlobalKTable<String, String> shops = builder.globalTable("shops", texts());
          final KTable<String, String> users = table(builder, "users");
          final KTable<String, Long> perUser = stream(builder, "clicks").groupByKey().count(Materialized.as("clicks-per-user"));
          final KStream<String, String> orders = stream(builder, "orders").merge(stream(builder, "web-orders"));
          final KStream<String, String> full = orders
              .join(users, (order, user) -> order, Joined.with(Serdes.String(), Serdes.String(), Serdes.String()))
              .join(perUser, (order, count) -> order)
              .join(shops, (key, value) -> value, (order, shop) -> order);
          full.split(Named.as("kind-"))
              .branch((key, value) -> true, org.apache.kafka.streams.kstream.Branched.withConsumer(branch -> branch.to("big"), "big"))
              .defaultBranch(org.apache.kafka.streams.kstream.Branched.withConsumer(
                  branch -> branch.groupBy((key, value) -> value).count().toStream().to("small"), "small"));
          users.groupBy(KeyValue::new).count().toStream().to("user-counts");
        }));
  }
}
