package golden;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Branched;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Printed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.RecordContext;
import org.apache.kafka.streams.processor.TopicNameExtractor;

/** Operators that keep no state. */
final class StreamCases {
  private StreamCases() {}

  static Consumed<String, String> texts() {
    return Consumed.with(Serdes.String(), Serdes.String());
  }

  static KStream<String, String> stream(final StreamsBuilder builder, final String topic) {
    return builder.stream(topic, texts());
  }

  /** A sink prints its extractor, so give it the text that the other side prints. */
  private static final class ByKey implements TopicNameExtractor<String, String> {
    @Override
    public String extract(final String key, final String value, final RecordContext context) {
      return key;
    }

    @Override
    public String toString() {
      return "byKey";
    }
  }

  static List<Case> all() {
    return List.of(
        Case.of("stream-to", builder -> stream(builder, "input").to("output")),
        Case.of("stream-stateless", builder -> {
          final KStream<String, String> input = stream(builder, "input");
          input.filter((key, value) -> true).filterNot((key, value) -> false).peek((key, value) -> { }).to("passed");
          input.map(KeyValue::new).mapValues(value -> value).to("mapped");
          input.flatMap((key, value) -> List.of(KeyValue.pair(key, value)))
              .flatMapValues(value -> List.of(value)).to("flat");
          input.selectKey((key, value) -> value).foreach((key, value) -> { });
          input.print(Printed.toSysOut());
        }),
        Case.of("stream-stateless-named", builder -> {
          final KStream<String, String> input = builder.stream("input", texts().withName("orders"));
          input.filter((key, value) -> true, Named.as("positive"))
              .filterNot((key, value) -> false, Named.as("not-refunded"))
              .peek((key, value) -> { }, Named.as("seen"))
              .to("passed", Produced.<String, String>as("passed-on"));
          input.map(KeyValue::new, Named.as("turned")).mapValues(value -> value, Named.as("priced")).to("mapped");
          input.flatMap((key, value) -> List.of(KeyValue.pair(key, value)), Named.as("lines"))
              .flatMapValues(value -> List.of(value), Named.as("words")).to("flat");
          input.selectKey((key, value) -> value, Named.as("by-user")).foreach((key, value) -> { }, Named.as("watched"));
          input.print(Printed.<String, String>toSysOut().withName("printed").withLabel("order"));
        }),
        Case.of("stream-several-topics", builder ->
            builder.stream(List.of("orders", "refunds", "returns"), texts()).to("all")),
        Case.of("stream-many-topics", builder ->
            builder.stream(
                List.of("a", "bb", "ccc", "orders", "refunds", "returns", "Aa", "BB", "shop-1", "shop-2", "shop-10", "x.y", "z_"),
                texts()).to("all")),
        Case.of("stream-pattern", builder ->
            builder.stream(Pattern.compile("orders-[a-z]+"), texts()).filter((key, value) -> true).to("all")),
        Case.of("stream-same-topic-twice", builder -> {
          stream(builder, "input").filter((key, value) -> true).to("one");
          stream(builder, "other").to("two");
          stream(builder, "input").mapValues(value -> value).to("three");
        }),
        Case.of("stream-same-pattern-twice", builder -> {
          builder.stream(Pattern.compile("orders-.*"), texts()).to("one");
          builder.stream(Pattern.compile("orders-.*"), texts()).mapValues(value -> value).to("two");
        }),
        Case.of("stream-overlapping-topics", builder -> {
          builder.stream(List.of("a", "b"), texts()).to("one");
          builder.stream(List.of("b", "c"), texts()).to("two");
        }),
        Case.of("stream-pattern-takes-topic", builder -> {
          builder.stream("orders-de", texts()).to("one");
          builder.stream(Pattern.compile("orders-.*"), texts()).to("two");
        }),
        Case.of("stream-name-twice", builder -> {
          final KStream<String, String> input = stream(builder, "input");
          input.filter((key, value) -> true, Named.as("same")).to("one");
          input.filter((key, value) -> false, Named.as("same")).to("two");
        }),
        Case.of("stream-merge", builder ->
            stream(builder, "a").merge(stream(builder, "b")).merge(stream(builder, "c"), Named.as("all")).to("output")),
        Case.of("stream-merge-with-itself", builder -> {
          final KStream<String, String> input = stream(builder, "input");
          input.merge(input).to("output");
        }),
        Case.of("stream-split", builder -> {
          final Map<String, KStream<String, String>> branches = stream(builder, "input")
              .split()
              .branch((key, value) -> value.startsWith("a"))
              .branch((key, value) -> value.startsWith("b"))
              .defaultBranch();
          branches.get("KSTREAM-BRANCH-00000000011").to("a");
          branches.get("KSTREAM-BRANCH-00000000012").to("b");
          branches.get("KSTREAM-BRANCH-00000000010").to("rest");
        }),
        Case.of("stream-split-named", builder -> {
          final Map<String, KStream<String, String>> branches = stream(builder, "input")
              .split(Named.as("by-"))
              .branch((key, value) -> true, Branched.<String, String>as("size"))
              .branch((key, value) -> true, Branched.withConsumer(branch -> branch.to("consumed")))
              .branch((key, value) -> true, Branched.withFunction(branch -> branch.mapValues(value -> value), "mapped"))
              .noDefaultBranch();
          branches.get("by-size").to("size");
          branches.get("by-mapped").to("mapped");
        }),
        Case.of("stream-repartition", builder -> stream(builder, "input").repartition().mapValues(value -> value).to("output")),
        Case.with(Map.of("input", 3), "stream-repartition-named", builder ->
            stream(builder, "input")
                .repartition(Repartitioned.<String, String>as("wide").withNumberOfPartitions(12))
                .selectKey((key, value) -> value)
                .repartition(Repartitioned.as("again"))
                .to("output")),
        Case.of("stream-repartition-twice", builder -> {
          final KStream<String, String> input = stream(builder, "input");
          input.repartition().to("one");
          input.selectKey((key, value) -> value).repartition().to("two");
        }),
        Case.of("stream-to-extractor", builder -> stream(builder, "input").to(new ByKey())),
        Case.of("stream-to-table", builder -> stream(builder, "input").toTable().toStream().to("output")),
        Case.of("stream-to-table-new-key", builder ->
            stream(builder, "input").map(KeyValue::new).toTable().toStream().to("output")),
        Case.of("stream-to-table-stored", builder ->
            stream(builder, "input").selectKey((key, value) -> value)
                .toTable(Named.as("latest"), Materialized.as("latest-store")).toStream().to("output")),
        Case.of("stream-to-table-store-named", builder ->
            stream(builder, "input").toTable(Materialized.as("latest-store")).toStream().to("output")),
        Case.of("stream-long-chain", builder -> {
          KStream<String, String> flow = stream(builder, "input");
          for (int i = 0; i < 7; i++) {
            final KStream<String, String> side = flow.mapValues(value -> value);
            flow = flow.filter((key, value) -> true).merge(side);
          }
          flow.to("output");
        }));
  }
}
