package millrace.parity;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.kstream.Aggregator;
import org.apache.kafka.streams.kstream.CogroupedKStream;
import org.apache.kafka.streams.kstream.Initializer;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.TimeWindowedCogroupedKStream;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;

/** Streams aggregated together: over keys, and over keys and windows. */
final class Cogroups {
    private Cogroups() {
    }

    /** Null when the operator is not one of these. */
    static Object build(String op, JsonNode step, PlanBuilder plan) {
        return switch (op) {
            case "cogroup" -> {
                KGroupedStream<Object, Object> first = plan.input(step);
                CogroupedKStream<Object, Object> cogroup = first.cogroup(aggregator(step, "adder"));
                if (step.has("with")) {
                    KGroupedStream<Object, Object> second = plan.other(step);
                    yield cogroup.cogroup(second, aggregator(step, "otherAdder"));
                }
                yield cogroup;
            }
            case "cogroup aggregate" -> aggregate(plan.input(step), step);
            case "cogroup windowed aggregate" -> windowedAggregate(plan.input(step), step);
            default -> null;
        };
    }

    private static Aggregator<Object, Object, Object> aggregator(JsonNode step, String property) {
        Functions.Aggregate adder = Functions.aggregator(step.get(property));
        return (key, value, aggregate) -> adder.add(aggregate, value, key);
    }

    private static Object aggregate(CogroupedKStream<Object, Object> cogroup, JsonNode step) {
        Named named = Options.named(step);
        Initializer<Object> initializer = Aggregations.initializer(step);
        Materialized<Object, Object, KeyValueStore<Bytes, byte[]>> store = Options.materialized(step);
        if (store == null) {
            return named == null ? cogroup.aggregate(initializer) : cogroup.aggregate(initializer, named);
        }
        return named == null ? cogroup.aggregate(initializer, store) : cogroup.aggregate(initializer, named, store);
    }

    private static Object windowedAggregate(TimeWindowedCogroupedKStream<Object, Object> cogroup, JsonNode step) {
        Named named = Options.named(step);
        Initializer<Object> initializer = Aggregations.initializer(step);
        Materialized<Object, Object, WindowStore<Bytes, byte[]>> store = Options.materialized(step);
        if (store == null) {
            return named == null ? cogroup.aggregate(initializer) : cogroup.aggregate(initializer, named);
        }
        return named == null ? cogroup.aggregate(initializer, store) : cogroup.aggregate(initializer, named, store);
    }
}
