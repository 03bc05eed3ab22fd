package golden;

import static golden.TableCases.table;

import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.ValueTransformerWithKey;
import org.apache.kafka.streams.kstream.ValueTransformerWithKeySupplier;
import org.apache.kafka.streams.processor.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Tables with values made by transformers. */
final class TransformValuesCases {
  private TransformValuesCases() {}

  private static Materialized<String, String, KeyValueStore<Bytes, byte[]>> as(final String store) {
    return Materialized.as(store);
  }

  private static ValueTransformerWithKeySupplier<String, String, String> same() {
    return () -> new ValueTransformerWithKey<>() {
      @Override
      public void init(final ProcessorContext context) {}

      @Override
      public String transform(final String key, final String value) {
        return value;
      }

      @Override
      public void close() {}
    };
  }

  private static StoreBuilder<?> store(final String name) {
    return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.String());
  }

  static List<Case> all() {
    return List.of(
        Case.of("transform-values", builder ->
            table(builder, "users").transformValues(same()).toStream().to("output")),
        Case.of("transform-values-named", builder ->
            table(builder, "users").transformValues(same(), Named.as("shape")).toStream().to("output")),
        Case.of("transform-values-stored", builder ->
            table(builder, "users").transformValues(same(), as("shaped")).toStream().to("output")),
        Case.of("transform-values-named-stored", builder ->
            table(builder, "users").transformValues(same(), as("shaped"), Named.as("shape")).toStream().to("output")),
        Case.of("transform-values-serde-only", builder ->
            table(builder, "users")
                .transformValues(same(), Materialized.with(Serdes.String(), Serdes.String()))
                .mapValues(value -> value).toStream().to("output")),
        Case.of("transform-values-grouped", builder ->
            table(builder, "users").transformValues(same())
                .groupBy((key, value) -> KeyValue.pair(value, key)).count().toStream().to("output")),
        Case.of("transform-values-joined", builder ->
            table(builder, "users").transformValues(same())
                .join(table(builder, "towns").transformValues(same(), as("shaped")), (left, right) -> left)
                .toStream().to("output")),
        Case.of("transform-values-with-stores", builder -> {
          builder.addStateStore(store("seen"));
          builder.addStateStore(store("known"));
          table(builder, "users").transformValues(same(), "seen", "known").toStream().to("output");
        }),
        Case.of("transform-values-with-stores-joined", builder -> {
          builder.addStateStore(store("seen"));
          table(builder, "users").transformValues(same(), "seen").mapValues(value -> value)
              .join(table(builder, "towns"), (left, right) -> left)
              .toStream().to("output");
        }));
  }
}
