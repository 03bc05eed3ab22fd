package golden;

import static golden.StreamCases.stream;
import static golden.StreamCases.texts;
import static golden.TableCases.table;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.TimeWindows;

/** The same topologies with and without optimisation. */
final class OptimizationCases {
  private OptimizationCases() {}

  static List<Case> all() {
    final List<Case> cases = new ArrayList<>();
    both(cases, "reuse-table-source", StreamsConfig.REUSE_KTABLE_SOURCE_TOPICS, builder -> {
      builder.table("users", texts(), Materialized.as("users-store")).toStream().to("one");
      table(builder, "shops").toStream().to("two");
      stream(builder, "orders").join(table(builder, "towns"), (order, town) -> order).to("three");
      stream(builder, "clicks").toTable(Materialized.as("clicks-store")).toStream().to("four");
    });
    both(cases, "merge-repartitions", StreamsConfig.MERGE_REPARTITION_TOPICS, builder -> {
      final KStream<String, String> keyed = stream(builder, "input").selectKey((key, value) -> value);
      keyed.groupByKey().count(Materialized.as("counts")).toStream().to("one");
      keyed.groupByKey().windowedBy(TimeWindows.ofSizeWithNoGrace(Duration.ofMinutes(1)))
          .reduce((a, b) -> b).toStream().to("two");
      keyed.groupByKey(Grouped.as("third")).aggregate(() -> "", (key, value, all) -> all).toStream().to("three");
    });
    both(cases, "merge-repartitions-grouped", StreamsConfig.OPTIMIZE, builder -> {
      final KStream<String, String> input = stream(builder, "input");
      final var grouped = input.groupBy((key, value) -> value);
      grouped.count().toStream().to("one");
      grouped.reduce((a, b) -> b).toStream().to("two");
      input.groupBy((key, value) -> key).count().toStream().to("three");
    });
    both(cases, "merge-repartitions-between", StreamsConfig.OPTIMIZE, builder -> {
      final KStream<String, String> keyed = stream(builder, "input").map(KeyValue::new);
      keyed.filter((key, value) -> true).groupByKey().count().toStream().to("one");
      keyed.mapValues(value -> value).groupByKey().count().toStream().to("two");
      keyed.peek((key, value) -> { }).to("three");
    });
    both(cases, "merge-repartitions-join", StreamsConfig.OPTIMIZE, builder -> {
      final KStream<String, String> keyed = stream(builder, "orders").selectKey((key, value) -> value);
      keyed.join(table(builder, "users"), (order, user) -> order).to("one");
      keyed.leftJoin(table(builder, "shops"), (order, shop) -> order, Joined.as("shop")).to("two");
      keyed.groupByKey().count().toStream().to("three");
    });
    both(cases, "merge-repartitions-merge", StreamsConfig.OPTIMIZE, builder -> {
      final KStream<String, String> a = stream(builder, "a").selectKey((key, value) -> value);
      final KStream<String, String> b = stream(builder, "b").map(KeyValue::new);
      final KStream<String, String> all = a.merge(b);
      all.groupByKey().count().toStream().to("one");
      all.groupByKey().reduce((x, y) -> y).toStream().to("two");
    });
    both(cases, "merge-repartitions-merge-and-own", StreamsConfig.OPTIMIZE, builder -> {
      final KStream<String, String> a = stream(builder, "a").selectKey((key, value) -> value);
      final KStream<String, String> all = a.merge(stream(builder, "b"));
      a.groupByKey().count().toStream().to("one");
      all.foreach((key, value) -> { });
    });
    both(cases, "merge-repartitions-chain", StreamsConfig.OPTIMIZE, builder -> {
      final KStream<String, String> first = stream(builder, "input").selectKey((key, value) -> value);
      first.groupByKey().count().toStream().selectKey((key, value) -> key).groupByKey().count().toStream().to("one");
      first.selectKey((key, value) -> key).groupByKey().count().toStream().to("two");
      first.toTable().toStream().to("three");
    });
    both(cases, "merge-repartitions-not-explicit", StreamsConfig.OPTIMIZE, builder -> {
      final KStream<String, String> keyed = stream(builder, "input").selectKey((key, value) -> value);
      keyed.repartition().groupByKey().count().toStream().to("one");
      keyed.repartition().to("two");
      keyed.groupByKey().count().toStream().to("three");
    });
    both(cases, "merge-repartitions-shared-filter", StreamsConfig.OPTIMIZE, builder -> {
      final KStream<String, String> kept =
          stream(builder, "input").selectKey((key, value) -> value).filter((key, value) -> true);
      kept.groupByKey().count().toStream().to("one");
      kept.groupByKey().reduce((a, b) -> b).toStream().to("two");
    });
    both(cases, "optimized-all", StreamsConfig.OPTIMIZE, builder -> {
      final var users = table(builder, "users");
      final KStream<String, String> flat = stream(builder, "orders")
          .flatMap((key, value) -> List.of(KeyValue.pair(value, key)));
      flat.join(users, (order, user) -> order).groupBy((key, value) -> value).count().toStream().to("one");
      flat.groupByKey().windowedBy(TimeWindows.ofSizeWithNoGrace(Duration.ofSeconds(30))).count().toStream().to("two");
      users.groupBy(KeyValue::new).count().toStream().to("three");
    });
    both(cases, "merge-repartitions-split", StreamsConfig.OPTIMIZE, builder ->
        stream(builder, "input").selectKey((key, value) -> value)
            .split(Named.as("kind-")).branch((key, value) -> true).defaultBranch()
            .forEach((name, branch) -> branch.groupByKey(Grouped.as(name)).count().toStream().to("out-" + name)));
    return cases;
  }

  private static void both(
      final List<Case> cases, final String name, final String optimize, final Consumer<StreamsBuilder> write) {
    cases.add(Case.of(name + "-off", write));
    cases.add(Case.optimized(name + "-on", optimize, write));
  }
}
