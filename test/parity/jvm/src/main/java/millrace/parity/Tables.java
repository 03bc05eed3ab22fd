package millrace.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Aggregator;
import org.apache.kafka.streams.kstream.Initializer;
import org.apache.kafka.streams.kstream.KGroupedTable;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.KeyValueMapper;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Predicate;
import org.apache.kafka.streams.kstream.Reducer;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.Suppressed.BufferConfig;
import org.apache.kafka.streams.kstream.Suppressed.StrictBufferConfig;
import org.apache.kafka.streams.kstream.ValueMapperWithKey;
import org.apache.kafka.streams.kstream.ValueTransformerWithKeySupplier;
import org.apache.kafka.streams.state.KeyValueStore;

/** Operators on tables and on grouped tables. */
final class Tables {
    private Tables() {
    }

    /** Null when the operator is not one of these. */
    static Object build(String op, JsonNode step, PlanBuilder plan) {
        return switch (op) {
            case "table filter" -> filter(plan.input(step), step, true);
            case "table filterNot" -> filter(plan.input(step), step, false);
            case "table mapValues" -> mapValues(plan.input(step), step);
            case "suppress" -> suppress(plan.input(step), step);
            case "table transformValues" -> transformValues(plan.input(step), step);
            case "toStream" -> toStream(plan.input(step), step);
            case "table groupBy" -> {
                KTable<Object, Object> table = plan.input(step);
                KeyValueMapper<Object, Object, KeyValue<Object, Object>> mapper = PlanBuilder.pairs(step);
                yield Options.saysSerdes(step) || step.has("name")
                    ? table.groupBy(mapper, Options.grouped(step))
                    : table.groupBy(mapper);
            }
            case "table count" -> count(plan.input(step), step);
            case "table reduce" -> reduce(plan.input(step), step);
            case "table aggregate" -> aggregate(plan.input(step), step);
            default -> null;
        };
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Object suppress(KTable<Object, Object> table, JsonNode step) {
        BufferConfig buffer = step.has("maxRecords")
            ? BufferConfig.maxRecords(step.get("maxRecords").asLong())
            : step.has("maxBytes") ? BufferConfig.maxBytes(step.get("maxBytes").asLong()) : BufferConfig.unbounded();
        if (step.has("maxRecords") && step.has("maxBytes")) {
            buffer = buffer.withMaxBytes(step.get("maxBytes").asLong());
        }
        if (step.has("shutDown")) {
            buffer = buffer.shutDownWhenFull();
        }
        if (step.has("logging")) {
            buffer = buffer.withLoggingDisabled();
        }
        Suppressed suppressed = step.has("timeLimit")
            ? Suppressed.untilTimeLimit(Duration.ofMillis(step.get("timeLimit").asLong()), buffer)
            : Suppressed.untilWindowCloses((StrictBufferConfig) buffer);
        String name = Options.text(step, "name");
        return table.suppress(name == null ? suppressed : suppressed.withName(name));
    }

    private static Object filter(KTable<Object, Object> table, JsonNode step, boolean keep) {
        Named named = Options.named(step);
        Predicate<Object, Object> holds = Functions.predicate(step.get("predicate"))::test;
        Materialized<Object, Object, KeyValueStore<Bytes, byte[]>> store = Options.materialized(step);
        if (keep) {
            if (store == null) {
                return named == null ? table.filter(holds) : table.filter(holds, named);
            }
            return named == null ? table.filter(holds, store) : table.filter(holds, named, store);
        }
        if (store == null) {
            return named == null ? table.filterNot(holds) : table.filterNot(holds, named);
        }
        return named == null ? table.filterNot(holds, store) : table.filterNot(holds, named, store);
    }

    private static Object mapValues(KTable<Object, Object> table, JsonNode step) {
        Named named = Options.named(step);
        ValueMapperWithKey<Object, Object, Object> mapper = Functions.mapper(step.get("mapper"))::map;
        Materialized<Object, Object, KeyValueStore<Bytes, byte[]>> store = Options.materialized(step);
        if (store == null) {
            return named == null ? table.mapValues(mapper) : table.mapValues(mapper, named);
        }
        return named == null ? table.mapValues(mapper, store) : table.mapValues(mapper, named, store);
    }

    private static Object transformValues(KTable<Object, Object> table, JsonNode step) {
        Named named = Options.named(step);
        ValueTransformerWithKeySupplier<Object, Object, Object> supplier =
            () -> Functions.transformer(step.get("mapper"));
        Materialized<Object, Object, KeyValueStore<Bytes, byte[]>> store = Options.materialized(step);
        if (store == null) {
            return named == null ? table.transformValues(supplier) : table.transformValues(supplier, named);
        }
        return named == null
            ? table.transformValues(supplier, store)
            : table.transformValues(supplier, store, named);
    }

    private static Object toStream(KTable<Object, Object> table, JsonNode step) {
        Named named = Options.named(step);
        if (!step.has("mapper")) {
            return named == null ? table.toStream() : table.toStream(named);
        }
        Functions.Mapper mapper = Functions.mapper(step.get("mapper"));
        return named == null ? table.toStream(mapper::map) : table.toStream(mapper::map, named);
    }

    private static Object count(KGroupedTable<Object, Object> groups, JsonNode step) {
        Named named = Options.named(step);
        Materialized<Object, Object, KeyValueStore<Bytes, byte[]>> any = Options.materialized(step);
        @SuppressWarnings("unchecked")
        Materialized<Object, Long, KeyValueStore<Bytes, byte[]>> store =
            (Materialized<Object, Long, KeyValueStore<Bytes, byte[]>>) (Materialized<?, ?, ?>) any;
        if (store == null) {
            return named == null ? groups.count() : groups.count(named);
        }
        return named == null ? groups.count(store) : groups.count(named, store);
    }

    private static Reducer<Object> reducer(JsonNode call) {
        Functions.Aggregate adder = Functions.aggregator(call);
        return (aggregate, value) -> adder.add(aggregate, value, "");
    }

    private static Object reduce(KGroupedTable<Object, Object> groups, JsonNode step) {
        Named named = Options.named(step);
        Reducer<Object> adder = reducer(step.get("adder"));
        Reducer<Object> subtractor = reducer(step.get("subtractor"));
        Materialized<Object, Object, KeyValueStore<Bytes, byte[]>> store = Options.materialized(step);
        if (store == null) {
            // There is no overload with a name alone.
            return named == null
                ? groups.reduce(adder, subtractor)
                : groups.reduce(adder, subtractor, named, Materialized.with(null, null));
        }
        return named == null
            ? groups.reduce(adder, subtractor, store)
            : groups.reduce(adder, subtractor, named, store);
    }

    private static Aggregator<Object, Object, Object> aggregator(JsonNode call) {
        Functions.Aggregate adder = Functions.aggregator(call);
        return (key, value, aggregate) -> adder.add(aggregate, value, key);
    }

    private static Object aggregate(KGroupedTable<Object, Object> groups, JsonNode step) {
        Named named = Options.named(step);
        Object initial = Functions.initial(step);
        Initializer<Object> initializer = () -> initial;
        Aggregator<Object, Object, Object> adder = aggregator(step.get("adder"));
        Aggregator<Object, Object, Object> subtractor = aggregator(step.get("subtractor"));
        Materialized<Object, Object, KeyValueStore<Bytes, byte[]>> store = Options.materialized(step);
        if (store == null) {
            return named == null
                ? groups.aggregate(initializer, adder, subtractor)
                : groups.aggregate(initializer, adder, subtractor, named);
        }
        return named == null
            ? groups.aggregate(initializer, adder, subtractor, store)
            : groups.aggregate(initializer, adder, subtractor, named, store);
    }
}
