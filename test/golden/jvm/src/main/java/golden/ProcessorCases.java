package golden;

import static golden.StreamCases.stream;
import static golden.StreamCases.texts;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.time.Duration;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.processor.RecordContext;
import org.apache.kafka.streams.processor.TopicNameExtractor;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Processors and stores of users, with the DSL and by hand. */
final class ProcessorCases {
  private ProcessorCases() {}

  private static final class Passing extends ContextualProcessor<String, String, String, String> {
    @Override
    public void process(final Record<String, String> record) {
      context().forward(record);
    }
  }

  private static final class PassingValues extends ContextualFixedKeyProcessor<String, String, String> {
    @Override
    public void process(final FixedKeyRecord<String, String> record) {
      context().forward(record);
    }
  }

  private static final class Keeping extends ContextualProcessor<String, String, Void, Void> {
    @Override
    public void process(final Record<String, String> record) {
    }
  }

  /** Brings stores along. */
  private record With(StoreBuilder<?>... builders) implements ProcessorSupplier<String, String, String, String> {
    @Override
    public Processor<String, String, String, String> get() {
      return new Passing();
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
      return new java.util.LinkedHashSet<>(List.of(builders));
    }
  }

  private record ValuesWith(StoreBuilder<?>... builders) implements FixedKeyProcessorSupplier<String, String, String> {
    @Override
    public FixedKeyProcessor<String, String, String> get() {
      return new PassingValues();
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
      return new java.util.LinkedHashSet<>(List.of(builders));
    }
  }

  /** Gives the same one again, against the rules. */
  private record Same(Passing one) implements ProcessorSupplier<String, String, String, String> {
    @Override
    public Processor<String, String, String, String> get() {
      return one;
    }
  }

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

  private static StoreBuilder<?> keyValue(final String name) {
    return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.String());
  }

  static List<Case> all() {
    return List.of(
        Case.of("process", builder -> {
          final KStream<String, String> input = stream(builder, "input");
          input.process(Passing::new).to("processed");
          input.processValues(PassingValues::new).to("values");
          input.process(Passing::new, Named.as("named")).mapValues(value -> value).to("named");
          input.processValues(PassingValues::new, Named.as("named-values")).mapValues(value -> value).to("named-values");
        }),
        Case.of("process-count", builder -> {
          stream(builder, "input").process(Passing::new).groupByKey().count().toStream().to("counts");
          stream(builder, "other").processValues(PassingValues::new).groupByKey().count().toStream().to("others");
          stream(builder, "third").map(KeyValue::new).processValues(PassingValues::new).groupByKey()
              .count().toStream().to("thirds");
        }),
        Case.of("process-stores-named", builder -> {
          builder.addStateStore(keyValue("one")).addStateStore(keyValue("two"));
          stream(builder, "input").process(Passing::new, "one", "two").to("output");
          stream(builder, "other").processValues(PassingValues::new, Named.as("other"), "two").to("others");
        }),
        Case.of("process-stores-of-supplier", builder -> {
          final StoreBuilder<?> shared = keyValue("shared");
          stream(builder, "input")
              .process(new With(keyValue("own"), shared))
              .processValues(new ValuesWith(shared), Named.as("other"))
              .to("output");
        }),
        Case.of("process-store-kinds", builder -> {
          builder.addStateStore(keyValue("plain").withLoggingEnabled(Map.of("segment.bytes", "1000000")));
          builder.addStateStore(Stores.timestampedKeyValueStoreBuilder(
              Stores.persistentTimestampedKeyValueStore("stamped"), Serdes.String(), Serdes.String())
              .withLoggingDisabled());
          builder.addStateStore(Stores.windowStoreBuilder(
              Stores.persistentWindowStore("windows", Duration.ofHours(2), Duration.ofHours(1), true),
              Serdes.String(), Serdes.String()));
          builder.addStateStore(Stores.timestampedWindowStoreBuilder(
              Stores.inMemoryWindowStore("stamped-windows", Duration.ofHours(2), Duration.ofHours(1), false),
              Serdes.String(), Serdes.String()));
          builder.addStateStore(Stores.sessionStoreBuilder(
              Stores.persistentSessionStore("sessions", Duration.ofHours(3)), Serdes.String(), Serdes.String()));
          builder.addStateStore(Stores.versionedKeyValueStoreBuilder(
              Stores.persistentVersionedKeyValueStore("versions", Duration.ofHours(1)),
              Serdes.String(), Serdes.String()));
          builder.addStateStore(Stores.keyValueStoreBuilder(
              Stores.lruMap("recent", 100), Serdes.String(), Serdes.String()));
          stream(builder, "input").process(
              Passing::new, "plain", "stamped", "windows", "stamped-windows", "sessions", "versions", "recent")
              .to("output");
        }),
        Case.of("process-store-of-table", builder -> {
          builder.table("rows", texts(), Materialized.as("rows-store"));
          stream(builder, "input").process(Passing::new, "rows-store").to("output");
        }),
        Case.of("process-store-unused", builder -> {
          builder.addStateStore(keyValue("unused"));
          stream(builder, "input").process(Passing::new).to("output");
        }),
        Case.of("process-store-same-twice", builder -> {
          final StoreBuilder<?> store = keyValue("store");
          builder.addStateStore(store).addStateStore(store);
          stream(builder, "input").process(Passing::new, "store").to("output");
        }),
        Case.of("process-store-name-twice", builder -> {
          builder.addStateStore(keyValue("store")).addStateStore(keyValue("store"));
          stream(builder, "input").process(Passing::new, "store").to("output");
        }),
        Case.of("process-store-missing", builder ->
            stream(builder, "input").process(Passing::new, "missing").to("output")),
        Case.of("process-same-instance", builder -> {
          stream(builder, "input").process(new Same(new Passing())).to("output");
        }),
        Case.of("process-global-store-passed", builder -> {
          builder.globalTable("everywhere", texts(), Materialized.as("everywhere-store"));
          stream(builder, "input").process(Passing::new, "everywhere-store").to("output");
        }),
        Case.optimized("process-behind-new-key", "all", builder -> {
          final KStream<String, String> keyed = stream(builder, "input").selectKey((key, value) -> value);
          keyed.process(Passing::new).groupByKey().count().toStream().to("one");
          keyed.processValues(PassingValues::new).groupByKey().count().toStream().to("two");
        }),
        Case.optimized("process-two-users", "all", builder -> {
          final KStream<String, String> processed = stream(builder, "input").process(Passing::new);
          processed.groupByKey().count().toStream().to("one");
          processed.groupByKey().reduce((left, right) -> left).toStream().to("two");
        }),
        Case.of("global-store", builder -> {
          builder.addGlobalStore(keyValue("first"), "everywhere", texts(), Keeping::new);
          builder.addGlobalStore(keyValue("second"), "elsewhere", texts().withName("named"), Keeping::new);
          stream(builder, "input").process(Passing::new).to("output");
        }),
        Case.byHand("hand-word-count", topology -> topology
            .addSource("lines", new StringDeserializer(), new StringDeserializer(), "input")
            .addProcessor("split", Passing::new, "lines")
            .addProcessor("count", Passing::new, "split")
            .addStateStore(keyValue("counts"), "count")
            .addSink("words", "output", new StringSerializer(), new StringSerializer(), "count")),
        Case.byHand("hand-several", topology -> topology
            .addSource("two", "b-topic", "a-topic", "c-topic")
            .addSource(AutoOffsetReset.latest(), "pattern", Pattern.compile("more-.*"))
            .addProcessor("join", Passing::new, "two", "pattern")
            .addProcessor("my processor", new With(keyValue("own")), "join")
            .addSink("fixed", "output", "join", "my processor")
            .addSink("chosen", new ByKey(), "my processor")),
        Case.byHand("hand-shared-store", topology -> topology
            .addSource("one", "input-1")
            .addSource("two", "input-2")
            .addSource("three", "input-3")
            .addProcessor("left", Passing::new, "one")
            .addProcessor("right", Passing::new, "two")
            .addProcessor("apart", Passing::new, "three")
            .addStateStore(keyValue("shared"), "left")
            .connectProcessorAndStateStores("right", "shared")
            .addSink("out", "output", "left")),
        Case.byHand("hand-global-store", topology -> topology
            .addSource("lines", "input")
            .addProcessor("look-up", Passing::new, "lines")
            .addGlobalStore(
                Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore("everywhere"), Serdes.String(), Serdes.String())
                    .withLoggingDisabled(),
                "global-source", new StringDeserializer(), new StringDeserializer(), "global-topic", "global-processor",
                Keeping::new)
            .addSink("out", "output", "look-up")),
        Case.byHand("hand-read-only-store", topology -> topology
            .addReadOnlyStateStore(
                Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore("rows"), Serdes.String(), Serdes.String()),
                "rows-source", new StringDeserializer(), new StringDeserializer(), "rows-topic", "rows-processor",
                Keeping::new)
            .addSource("lines", "input")
            .addProcessor("look-up", Passing::new, "lines")
            .connectProcessorAndStateStores("look-up", "rows")
            .addSink("out", "output", "look-up")),
        Case.byHand("hand-unknown-parent", topology -> topology
            .addSource("lines", "input")
            .addProcessor("look-up", Passing::new, "line")),
        Case.byHand("hand-sink-parent", topology -> topology
            .addSource("lines", "input")
            .addSink("out", "output", "lines")
            .addProcessor("after", Passing::new, "out")),
        Case.byHand("hand-name-twice", topology -> topology
            .addSource("lines", "input")
            .addSource("lines", "other")),
        Case.byHand("hand-topic-twice", topology -> topology
            .addSource("one", "input")
            .addSource("two", "input")),
        Case.byHand("hand-store-on-source", topology -> topology
            .addSource("lines", "input")
            .addStateStore(keyValue("counts"), "lines")));
  }
}
