package golden;

import static golden.StreamCases.stream;
import static golden.TableCases.table;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.StreamJoined;
import org.apache.kafka.streams.kstream.ValueJoiner;

/** Joins of two streams, and of a stream with itself. */
final class StreamJoinCases {
  private static final ValueJoiner<String, String, String> LEFT = (left, right) -> left;
  private static final JoinWindows NEAR = JoinWindows.ofTimeDifferenceWithNoGrace(Duration.ofSeconds(10));
  private static final JoinWindows UNEVEN =
      JoinWindows.ofTimeDifferenceAndGrace(Duration.ofSeconds(10), Duration.ofMinutes(1))
          .before(Duration.ofSeconds(-2)).after(Duration.ofMinutes(5));

  private StreamJoinCases() {}

  private static StreamJoined<String, String, String> joined() {
    return StreamJoined.with(Serdes.String(), Serdes.String(), Serdes.String());
  }

  static List<Case> all() {
    final List<Case> cases = new ArrayList<>();
    cases.add(Case.of("stream-join", builder ->
        stream(builder, "a").join(stream(builder, "b"), LEFT, NEAR).to("output")));
    cases.add(Case.of("stream-join-left", builder ->
        stream(builder, "a").leftJoin(stream(builder, "b"), LEFT, NEAR).to("output")));
    cases.add(Case.of("stream-join-outer", builder ->
        stream(builder, "a").outerJoin(stream(builder, "b"), LEFT, UNEVEN, joined()).to("output")));
    cases.add(Case.of("stream-join-named", builder ->
        stream(builder, "a").join(stream(builder, "b"), LEFT, NEAR, joined().withName("near")).to("output")));
    cases.add(Case.of("stream-join-named-left", builder ->
        stream(builder, "a").leftJoin(stream(builder, "b"), LEFT, NEAR, joined().withName("near")).to("output")));
    cases.add(Case.of("stream-join-named-outer", builder ->
        stream(builder, "a").outerJoin(stream(builder, "b"), LEFT, NEAR, joined().withName("near")).to("output")));
    cases.add(Case.of("stream-join-stored", builder ->
        stream(builder, "a").join(stream(builder, "b"), LEFT, UNEVEN, joined().withStoreName("kept")).to("output")));
    cases.add(Case.of("stream-join-stored-left", builder ->
        stream(builder, "a").leftJoin(stream(builder, "b"), LEFT, NEAR, joined().withStoreName("kept")).to("output")));
    cases.add(Case.of("stream-join-stored-outer", builder ->
        stream(builder, "a").outerJoin(stream(builder, "b"), LEFT, NEAR,
            StreamJoined.<String, String, String>as("kept").withName("near")).to("output")));
    cases.add(Case.of("stream-join-logging", builder -> {
      stream(builder, "a").leftJoin(stream(builder, "b"), LEFT, NEAR,
          joined().withLoggingEnabled(Map.of("segment.bytes", "10485760", "cleanup.policy", "compact"))).to("one");
      stream(builder, "c").outerJoin(stream(builder, "d"), LEFT, NEAR, joined().withLoggingDisabled()).to("two");
    }));
    cases.add(Case.of("stream-join-new-key", builder ->
        stream(builder, "a").selectKey((key, value) -> value)
            .join(stream(builder, "b").map(KeyValue::new), LEFT, NEAR).to("output")));
    cases.add(Case.of("stream-join-new-key-left", builder ->
        stream(builder, "a").leftJoin(stream(builder, "b").map(KeyValue::new), LEFT, NEAR).to("output")));
    cases.add(Case.of("stream-join-new-key-named", builder ->
        stream(builder, "a").selectKey((key, value) -> value)
            .outerJoin(stream(builder, "b").map(KeyValue::new), LEFT, NEAR, joined().withName("near")).to("output")));
    cases.add(Case.of("stream-join-share-repartition", builder -> {
      final KStream<String, String> keyed = stream(builder, "a").selectKey((key, value) -> value);
      keyed.join(stream(builder, "b"), LEFT, NEAR).to("one");
      stream(builder, "c").leftJoin(keyed, LEFT, NEAR).to("two");
    }));
    cases.add(Case.of("stream-join-chain", builder ->
        stream(builder, "a")
            .join(stream(builder, "b"), LEFT, NEAR)
            .leftJoin(stream(builder, "c"), LEFT, UNEVEN)
            .selectKey((key, value) -> value)
            .outerJoin(stream(builder, "d"), LEFT, NEAR)
            .join(table(builder, "users"), LEFT)
            .groupByKey().count().toStream().to("output")));
    cases.add(Case.of("stream-join-derived", builder -> {
      final KStream<String, String> a = stream(builder, "a");
      a.mapValues(value -> value).join(a.filter((key, value) -> true), LEFT, NEAR).to("output");
    }));
    cases.add(Case.with(Map.of("a", 3, "b", 5), "stream-join-partitions", builder ->
        stream(builder, "a").selectKey((key, value) -> value).join(stream(builder, "b"), LEFT, NEAR).to("output")));
    cases.add(Case.with(Map.of("a", 3, "b", 5, "z", 1), "stream-join-not-copartitioned", builder -> {
      stream(builder, "a").join(stream(builder, "b"), LEFT, NEAR).to("output");
      // Kafka Streams checks nothing in a topology without a repartition topic.
      stream(builder, "z").repartition().to("zz");
    }));
    cases.add(Case.of("stream-join-name-twice", builder -> {
      stream(builder, "a").join(stream(builder, "b"), LEFT, NEAR, joined().withName("near")).to("one");
      stream(builder, "c").join(stream(builder, "d"), LEFT, NEAR, joined().withName("near")).to("two");
    }));
    selfJoins(cases);
    return cases;
  }

  private static void selfJoins(final List<Case> cases) {
    both(cases, "self-join", StreamsConfig.SINGLE_STORE_SELF_JOIN, builder -> {
      final KStream<String, String> a = stream(builder, "a");
      a.join(a, LEFT, NEAR).to("output");
    });
    both(cases, "self-join-named", StreamsConfig.OPTIMIZE, builder -> {
      final KStream<String, String> a = stream(builder, "a");
      a.join(a, LEFT, UNEVEN, joined().withName("near").withStoreName("kept")).to("output");
    });
    both(cases, "self-join-same-topic", StreamsConfig.OPTIMIZE, builder ->
        stream(builder, "a").join(stream(builder, "a"), LEFT, NEAR).to("output"));
    both(cases, "self-join-left", StreamsConfig.OPTIMIZE, builder -> {
      final KStream<String, String> a = stream(builder, "a");
      a.leftJoin(a, LEFT, NEAR).to("output");
    });
    both(cases, "self-join-outer", StreamsConfig.OPTIMIZE, builder -> {
      final KStream<String, String> a = stream(builder, "a");
      a.outerJoin(a, LEFT, NEAR).to("output");
    });
    both(cases, "self-join-new-key", StreamsConfig.OPTIMIZE, builder -> {
      final KStream<String, String> keyed = stream(builder, "a").selectKey((key, value) -> value);
      keyed.join(keyed, LEFT, NEAR).to("output");
    });
    both(cases, "self-join-new-key-named", StreamsConfig.OPTIMIZE, builder -> {
      final KStream<String, String> keyed = stream(builder, "a").selectKey((key, value) -> value);
      keyed.join(keyed, LEFT, NEAR, joined().withName("near")).to("output");
    });
    both(cases, "self-join-new-key-filtered-named", StreamsConfig.OPTIMIZE, builder -> {
      final KStream<String, String> keyed =
          stream(builder, "a").selectKey((key, value) -> value).filter((key, value) -> true);
      keyed.join(keyed, LEFT, NEAR, joined().withName("near")).to("output");
    });
    both(cases, "self-join-behind-operator", StreamsConfig.OPTIMIZE, builder -> {
      final KStream<String, String> a = stream(builder, "a").mapValues(value -> value);
      a.join(a, LEFT, NEAR).to("output");
    });
    both(cases, "self-join-with-siblings", StreamsConfig.OPTIMIZE, builder -> {
      final KStream<String, String> a = stream(builder, "a");
      a.filter((key, value) -> true).to("before");
      a.join(a, LEFT, NEAR).to("output");
      a.mapValues(value -> value).to("after");
    });
    both(cases, "self-join-sibling-behind", StreamsConfig.OPTIMIZE, builder -> {
      final KStream<String, String> a = stream(builder, "a");
      a.join(a, LEFT, NEAR).to("output");
      a.mapValues(value -> value).to("after");
    });
    both(cases, "self-join-twice", StreamsConfig.OPTIMIZE, builder -> {
      final KStream<String, String> a = stream(builder, "a");
      a.join(a, LEFT, NEAR).to("one");
      a.join(a, LEFT, UNEVEN).to("two");
    });
    both(cases, "self-join-chain", StreamsConfig.OPTIMIZE, builder -> {
      final KStream<String, String> a = stream(builder, "a");
      final KStream<String, String> pairs = a.join(a, LEFT, NEAR);
      pairs.join(pairs, LEFT, NEAR).to("one");
      pairs.join(a, LEFT, NEAR).to("two");
    });
    both(cases, "self-join-with-other-join", StreamsConfig.OPTIMIZE, builder -> {
      final KStream<String, String> a = stream(builder, "a");
      a.join(stream(builder, "b"), LEFT, NEAR).to("one");
      a.join(a, LEFT, NEAR).to("two");
    });
    both(cases, "self-join-before-other-join", StreamsConfig.OPTIMIZE, builder -> {
      final KStream<String, String> a = stream(builder, "a");
      a.join(a, LEFT, NEAR).to("one");
      a.join(stream(builder, "b"), LEFT, NEAR).to("two");
    });
    both(cases, "self-join-of-merged", StreamsConfig.OPTIMIZE, builder -> {
      final KStream<String, String> all = stream(builder, "a").merge(stream(builder, "b"));
      all.join(all, LEFT, NEAR).to("output");
    });
    both(cases, "stream-join-merge-repartitions", StreamsConfig.OPTIMIZE, builder -> {
      final KStream<String, String> keyed = stream(builder, "a").selectKey((key, value) -> value);
      keyed.join(stream(builder, "b"), LEFT, NEAR).to("one");
      keyed.groupByKey().count().toStream().to("two");
      keyed.leftJoin(stream(builder, "c"), LEFT, NEAR, joined().withName("near")).to("three");
    });
    both(cases, "stream-join-merge-between", StreamsConfig.OPTIMIZE, builder -> {
      final KStream<String, String> keyed = stream(builder, "a").selectKey((key, value) -> value);
      keyed.mapValues(value -> value).join(stream(builder, "b"), LEFT, NEAR).to("one");
      keyed.mapValues(value -> value).join(stream(builder, "c"), LEFT, NEAR).to("two");
    });
  }

  private static void both(
      final List<Case> cases, final String name, final String optimize, final Consumer<StreamsBuilder> write) {
    cases.add(Case.of(name + "-off", write));
    cases.add(Case.optimized(name + "-on", optimize, write));
  }
}
