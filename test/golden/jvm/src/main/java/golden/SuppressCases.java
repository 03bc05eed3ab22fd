package golden;

import static golden.StreamCases.stream;
import static golden.TableCases.table;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.Suppressed.BufferConfig;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.kstream.WindowedSerdes;

/** Changes that are held back. */
final class SuppressCases {
  private static final TimeWindows TUMBLING = TimeWindows.ofSizeAndGrace(Duration.ofSeconds(10), Duration.ofSeconds(5));

  private SuppressCases() {}

  private static KTable<Windowed<String>, Long> counted(final StreamsBuilder builder, final String topic) {
    return stream(builder, topic).groupByKey().windowedBy(TUMBLING).count();
  }

  private static <K> Suppressed<K> limited() {
    return Suppressed.untilTimeLimit(Duration.ofMinutes(5), BufferConfig.maxRecords(1000));
  }

  private static Suppressed<Windowed<?>> closed() {
    return Suppressed.untilWindowCloses(BufferConfig.unbounded());
  }

  private static Serde<Windowed<String>> windowedKeys() {
    return new WindowedSerdes.TimeWindowedSerde<>(Serdes.String(), 10_000);
  }

  static List<Case> all() {
    return List.of(
        Case.of("suppress-windows", builder ->
            counted(builder, "input").suppress(closed()).toStream().to("output")),
        Case.of("suppress-windows-named", builder ->
            stream(builder, "input").groupBy((key, value) -> value).windowedBy(TUMBLING)
                .count(Materialized.as("counts"))
                .suppress(Suppressed.untilWindowCloses(BufferConfig.maxBytes(1_000_000).shutDownWhenFull())
                    .withName("final"))
                .toStream().to("output")),
        Case.of("suppress-windows-repartitioned", builder ->
            stream(builder, "input").groupBy((key, value) -> value).windowedBy(TUMBLING).count()
                .suppress(closed()).toStream().to("output")),
        Case.of("suppress-not-logged", builder ->
            counted(builder, "input")
                .suppress(Suppressed.untilWindowCloses(BufferConfig.unbounded().withLoggingDisabled()))
                .toStream().to("output")),
        Case.of("suppress-logged-with-config", builder ->
            counted(builder, "input")
                .suppress(Suppressed
                    .untilWindowCloses(BufferConfig.unbounded().withLoggingEnabled(Map.of("segment.bytes", "1000")))
                    .withName("kept"))
                .toStream().to("output")),
        Case.of("suppress-table", builder -> table(builder, "users").suppress(limited()).toStream().to("output")),
        Case.of("suppress-derived-table", builder ->
            table(builder, "users").mapValues(value -> value).filter((key, value) -> true).suppress(limited())
                .toStream().to("output")),
        Case.of("suppress-then-derive", builder ->
            table(builder, "users").suppress(limited()).filter((key, value) -> true)
                .mapValues(value -> value, Materialized.as("mapped")).toStream().to("out")),
        Case.of("suppress-then-group", builder ->
            table(builder, "users").suppress(limited()).groupBy(KeyValue::new).count().toStream().to("output")),
        Case.of("suppress-then-join", builder -> {
          final var input = stream(builder, "input");
          input.join(table(builder, "users").suppress(limited()), (left, right) -> left + right).to("output");
        }),
        Case.of("suppress-derived-then-join", builder -> {
          final var input = stream(builder, "input");
          final KTable<String, String> users = table(builder, "users").mapValues(value -> value)
              .suppress(Suppressed.<String>untilTimeLimit(Duration.ofMinutes(5), BufferConfig.maxRecords(1000))
                  .withName("calm"))
              .filter((key, value) -> true);
          input.leftJoin(users, (left, right) -> left + right).to("output");
        }),
        Case.of("suppress-twice", builder ->
            counted(builder, "input").suppress(limited()).mapValues(String::valueOf).suppress(closed())
                .toStream().to("output")),
        Case.of("suppress-merged-windows", builder -> {
          final var one = counted(builder, "one").toStream();
          one.merge(counted(builder, "two").toStream())
              .toTable(Materialized.with(windowedKeys(), Serdes.Long()))
              .suppress(closed()).toStream().to("output");
        }),
        Case.of("suppress-cogroup", builder -> {
          final var one = stream(builder, "one").groupByKey();
          one.<String>cogroup((key, value, all) -> all + value)
              .cogroup(stream(builder, "two").groupByKey(), (key, value, all) -> all + value)
              .windowedBy(TUMBLING).aggregate(() -> "").suppress(closed()).toStream().to("output");
        }),
        Case.of("suppress-without-windows", builder ->
            builder.table("input", Consumed.with(windowedKeys(), Serdes.String())).suppress(closed())
                .toStream().to("output")));
  }
}
