package millrace.parity;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.kstream.Aggregator;
import org.apache.kafka.streams.kstream.Initializer;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Reducer;
import org.apache.kafka.streams.kstream.TimeWindowedKStream;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;

/** Streams grouped by key, and by key and time window. */
final class Aggregations {
    private Aggregations() {
    }

    /** Null when the operator is not one of these. */
    static Object build(String op, JsonNode step, PlanBuilder plan) {
        return switch (op) {
            case "groupByKey" -> {
                KStream<Object, Object> stream = plan.input(step);
                yield Options.saysSerdes(step) || step.has("name")
                    ? stream.groupByKey(Options.grouped(step))
                    : stream.groupByKey();
            }
            case "groupBy" -> {
                KStream<Object, Object> stream = plan.input(step);
                Functions.Mapper mapper = Functions.mapper(step.get("mapper"));
                yield Options.saysSerdes(step) || step.has("name")
                    ? stream.groupBy(mapper::map, Options.grouped(step))
                    : stream.groupBy(mapper::map);
            }
            case "count" -> count(plan.input(step), step);
            case "reduce" -> reduce(plan.input(step), step);
            case "aggregate" -> aggregate(plan.input(step), step);
            case "windowed count" -> windowedCount(plan.input(step), step);
            case "windowed reduce" -> windowedReduce(plan.input(step), step);
            case "windowed aggregate" -> windowedAggregate(plan.input(step), step);
            default -> null;
        };
    }

    static Initializer<Object> initializer(JsonNode step) {
        Object initial = Functions.initial(step);
        return () -> initial;
    }

    static Aggregator<Object, Object, Object> aggregator(JsonNode step) {
        Functions.Aggregate adder = Functions.aggregator(step.get("adder"));
        return (key, value, aggregate) -> adder.add(aggregate, value, key);
    }

    static Reducer<Object> reducer(JsonNode step) {
        Functions.Aggregate adder = Functions.aggregator(step.get("adder"));
        return (aggregate, value) -> adder.add(aggregate, value, "");
    }

    /** The values of a count are longs; to the store they are objects like all others. */
    @SuppressWarnings("unchecked")
    static <S extends org.apache.kafka.streams.processor.StateStore> Materialized<Object, Long, S> counting(
            Materialized<Object, Object, S> store) {
        return (Materialized<Object, Long, S>) (Materialized<?, ?, ?>) store;
    }

    private static Object count(KGroupedStream<Object, Object> groups, JsonNode step) {
        Named named = Options.named(step);
        Materialized<Object, Object, KeyValueStore<Bytes, byte[]>> store = Options.materialized(step);
        if (store == null) {
            return named == null ? groups.count() : groups.count(named);
        }
        return named == null ? groups.count(counting(store)) : groups.count(named, counting(store));
    }

    private static Object reduce(KGroupedStream<Object, Object> groups, JsonNode step) {
        Named named = Options.named(step);
        Reducer<Object> reducer = reducer(step);
        Materialized<Object, Object, KeyValueStore<Bytes, byte[]>> store = Options.materialized(step);
        if (store == null) {
            // There is no overload with a name alone.
            return named == null ? groups.reduce(reducer) : groups.reduce(reducer, named, Materialized.with(null, null));
        }
        return named == null ? groups.reduce(reducer, store) : groups.reduce(reducer, named, store);
    }

    private static Object aggregate(KGroupedStream<Object, Object> groups, JsonNode step) {
        Named named = Options.named(step);
        Materialized<Object, Object, KeyValueStore<Bytes, byte[]>> store = Options.materialized(step);
        if (store == null) {
            return named == null
                ? groups.aggregate(initializer(step), aggregator(step))
                : groups.aggregate(initializer(step), aggregator(step), named, Materialized.with(null, null));
        }
        return named == null
            ? groups.aggregate(initializer(step), aggregator(step), store)
            : groups.aggregate(initializer(step), aggregator(step), named, store);
    }

    private static Object windowedCount(TimeWindowedKStream<Object, Object> windows, JsonNode step) {
        Named named = Options.named(step);
        Materialized<Object, Object, WindowStore<Bytes, byte[]>> store = Options.materialized(step);
        if (store == null) {
            return named == null ? windows.count() : windows.count(named);
        }
        return named == null ? windows.count(counting(store)) : windows.count(named, counting(store));
    }

    private static Object windowedReduce(TimeWindowedKStream<Object, Object> windows, JsonNode step) {
        Named named = Options.named(step);
        Reducer<Object> reducer = reducer(step);
        Materialized<Object, Object, WindowStore<Bytes, byte[]>> store = Options.materialized(step);
        if (store == null) {
            return named == null ? windows.reduce(reducer) : windows.reduce(reducer, named);
        }
        return named == null ? windows.reduce(reducer, store) : windows.reduce(reducer, named, store);
    }

    private static Object windowedAggregate(TimeWindowedKStream<Object, Object> windows, JsonNode step) {
        Named named = Options.named(step);
        Materialized<Object, Object, WindowStore<Bytes, byte[]>> store = Options.materialized(step);
        if (store == null) {
            return named == null
                ? windows.aggregate(initializer(step), aggregator(step))
                : windows.aggregate(initializer(step), aggregator(step), named);
        }
        return named == null
            ? windows.aggregate(initializer(step), aggregator(step), store)
            : windows.aggregate(initializer(step), aggregator(step), named, store);
    }
}
