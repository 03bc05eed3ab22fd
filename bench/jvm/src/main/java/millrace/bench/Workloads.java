package millrace.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.StreamJoined;
import org.apache.kafka.streams.kstream.TimeWindows;

/** The five topologies of the benchmark; bench/run/workloads.ts builds the same ones. */
final class Workloads<T> {
  private static final Serde<String> TEXT = Serdes.String();
  private static final Serde<Long> LONG = Serdes.Long();
  private static final Serde<Double> DOUBLE = Serdes.Double();
  private static final Serde<JsonNode> JSON = new JsonSerde();

  private final OrderFormat<T> format;
  private final Serde<T> serde;

  Workloads(OrderFormat<T> format) {
    this.format = format;
    this.serde = format.serde();
  }

  /** @param seen called for each order that is read */
  Topology build(String workload, String input, String output, Runnable seen) {
    StreamsBuilder builder = new StreamsBuilder();
    KStream<String, T> orders =
        builder.stream(input, Consumed.with(TEXT, serde)).peek((user, order) -> seen.run());
    switch (workload) {
      case "map" -> map(orders, output);
      case "count" -> count(orders, output);
      case "agg" -> aggregate(orders, output);
      case "repart" -> repartition(orders, output);
      case "join" -> join(orders, output);
      default -> throw new IllegalArgumentException("unknown workload " + workload);
    }
    return builder.build();
  }

  /** Orders above 100 as user and cents. */
  private void map(KStream<String, T> orders, String output) {
    orders
        .filter((user, order) -> format.amount(order) > 100)
        .mapValues(
            order -> {
              ObjectNode small = JsonSerde.MAPPER.createObjectNode();
              small.put("u", format.user(order));
              small.put("cents", Math.round(format.amount(order) * 100));
              return (JsonNode) small;
            })
        .to(output, Produced.with(TEXT, JSON));
  }

  /** Orders per user and window of 10 s. */
  private void count(KStream<String, T> orders, String output) {
    orders
        .groupByKey(Grouped.with(TEXT, serde))
        .windowedBy(TimeWindows.ofSizeAndGrace(Duration.ofSeconds(10), Duration.ofSeconds(5)))
        .count(Materialized.with(TEXT, LONG))
        .toStream((windowed, count) -> windowed.key() + "@" + windowed.window().start())
        .to(output, Produced.with(TEXT, LONG));
  }

  /** Sum of the amounts of each user. */
  private void aggregate(KStream<String, T> orders, String output) {
    orders
        .groupByKey(Grouped.with(TEXT, serde))
        .aggregate(() -> 0.0, (user, order, sum) -> sum + format.amount(order), Materialized.with(TEXT, DOUBLE))
        .toStream()
        .to(output, Produced.with(TEXT, DOUBLE));
  }

  /** Orders per item, through a repartition topic. */
  private void repartition(KStream<String, T> orders, String output) {
    orders
        .groupBy((user, order) -> format.item(order), Grouped.with(TEXT, serde))
        .count(Materialized.with(TEXT, LONG))
        .toStream()
        .to(output, Produced.with(TEXT, LONG));
  }

  /** Orders with every tenth order of the same user within 5 s. */
  private void join(KStream<String, T> orders, String output) {
    KStream<String, T> tenth = orders.filter((user, order) -> format.id(order) % 10 == 0);
    orders
        .join(
            tenth,
            (order, other) -> order,
            JoinWindows.ofTimeDifferenceAndGrace(Duration.ofSeconds(5), Duration.ofSeconds(5)),
            StreamJoined.with(TEXT, serde, serde))
        .to(output, Produced.with(TEXT, serde));
  }
}
