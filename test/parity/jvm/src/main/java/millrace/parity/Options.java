package millrace.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.kstream.WindowedSerdes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.BuiltInDslStoreSuppliers;
import org.apache.kafka.streams.state.Stores;

/** What steps say about names, serdes and stores, in the words of Kafka Streams. */
final class Options {
    private static final Pattern WINDOWED = Pattern.compile("windowed\\((\\d+),(.*)\\)");
    private static final Pattern SESSION = Pattern.compile("session\\((.*)\\)");

    private Options() {
    }

    /** Null when the step has no such text. */
    static String text(JsonNode step, String property) {
        JsonNode value = step.get(property);
        return value == null || value.isNull() ? null : value.asText();
    }

    /** Null when the step has no name. */
    static Named named(JsonNode step) {
        String name = text(step, "name");
        return name == null ? null : Named.as(name);
    }

    static boolean saysSerdes(JsonNode step) {
        return step.has("keySerde") || step.has("valueSerde");
    }

    static Serde<Object> key(JsonNode step) {
        return serde(text(step, "keySerde"));
    }

    static Serde<Object> value(JsonNode step) {
        return serde(text(step, "valueSerde"));
    }

    static Consumed<Object, Object> consumed(JsonNode step) {
        Consumed<Object, Object> consumed = Consumed.with(key(step), value(step));
        if (step.has("extractor")) {
            consumed = consumed.withTimestampExtractor(Functions.extractor(step.get("extractor")));
        }
        String name = text(step, "name");
        return name == null ? consumed : consumed.withName(name);
    }

    static Produced<Object, Object> produced(JsonNode step) {
        Produced<Object, Object> produced = Produced.with(key(step), value(step));
        String name = text(step, "name");
        return name == null ? produced : produced.withName(name);
    }

    static Grouped<Object, Object> grouped(JsonNode step) {
        return Grouped.with(text(step, "name"), key(step), value(step));
    }

    static Repartitioned<Object, Object> repartitioned(JsonNode step) {
        Repartitioned<Object, Object> repartitioned = Repartitioned.with(key(step), value(step));
        String name = text(step, "name");
        return name == null ? repartitioned : repartitioned.withName(name);
    }

    static Joined<Object, Object, Object> joined(JsonNode step) {
        Joined<Object, Object, Object> joined = Joined.with(key(step), value(step), null, text(step, "name"));
        return step.has("grace") ? joined.withGracePeriod(Duration.ofMillis(step.get("grace").asLong())) : joined;
    }

    /** Null when the step says nothing about its store. */
    static <S extends StateStore> Materialized<Object, Object, S> materialized(JsonNode step) {
        JsonNode options = step.get("materialized");
        if (options == null) {
            return null;
        }
        String store = text(options, "store");
        Materialized<Object, Object, S> materialized =
            store == null ? Materialized.with(key(options), value(options))
                : options.has("historyRetention") ? versioned(store, options)
                : Materialized.as(store);
        if (store != null) {
            materialized = materialized.withKeySerde(key(options)).withValueSerde(value(options));
        }
        String engine = text(options, "engine");
        if (engine != null) {
            materialized = materialized.withStoreType(
                engine.equals("memory") ? BuiltInDslStoreSuppliers.IN_MEMORY : BuiltInDslStoreSuppliers.ROCKS_DB);
        }
        if (options.has("caching")) {
            materialized = options.get("caching").asBoolean()
                ? materialized.withCachingEnabled()
                : materialized.withCachingDisabled();
        }
        if (options.has("logging") && !options.get("logging").asBoolean()) {
            materialized = materialized.withLoggingDisabled();
        }
        if (options.has("retention")) {
            materialized = materialized.withRetention(Duration.ofMillis(options.get("retention").asLong()));
        }
        return materialized;
    }

    /** A store with a history is one of key and value for the types of the DSL. */
    @SuppressWarnings("unchecked")
    private static <S extends StateStore> Materialized<Object, Object, S> versioned(String store, JsonNode options) {
        Duration history = Duration.ofMillis(options.get("historyRetention").asLong());
        return (Materialized<Object, Object, S>) (Materialized<?, ?, ?>) Materialized.as(
            options.has("segmentInterval")
                ? Stores.persistentVersionedKeyValueStore(
                    store, history, Duration.ofMillis(options.get("segmentInterval").asLong()))
                : Stores.persistentVersionedKeyValueStore(store, history));
    }

    /** Null stays null: the application's default. */
    @SuppressWarnings("unchecked")
    static Serde<Object> serde(String name) {
        if (name == null) {
            return null;
        }
        Serde<?> serde = switch (name) {
            case "string" -> Serdes.String();
            case "long" -> Serdes.Long();
            default -> {
                Matcher session = SESSION.matcher(name);
                if (session.matches()) {
                    yield new WindowedSerdes.SessionWindowedSerde<>(serde(session.group(1)));
                }
                Matcher windowed = WINDOWED.matcher(name);
                if (!windowed.matches()) {
                    throw new IllegalArgumentException("there is no serde " + name);
                }
                yield new WindowedSerdes.TimeWindowedSerde<>(
                    serde(windowed.group(2)), Long.parseLong(windowed.group(1)));
            }
        };
        return (Serde<Object>) serde;
    }
}
