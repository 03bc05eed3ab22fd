package millrace.parity;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.ValueJoiner;
import org.apache.kafka.streams.state.KeyValueStore;

/** Joins of two tables. */
final class TableJoins {
    private TableJoins() {
    }

    /** Null when the operator is not one of these. */
    static Object build(String op, JsonNode step, PlanBuilder plan) {
        return switch (op) {
            case "tables join" -> inner(plan, step);
            case "tables leftJoin" -> left(plan, step);
            case "tables outerJoin" -> outer(plan, step);
            default -> null;
        };
    }

    private static ValueJoiner<Object, Object, Object> joiner(JsonNode step) {
        Functions.Join joiner = Functions.joiner(step.get("joiner"));
        return (left, right) -> joiner.join(left, right, "");
    }

    private static Object inner(PlanBuilder plan, JsonNode step) {
        KTable<Object, Object> table = plan.input(step);
        KTable<Object, Object> other = plan.other(step);
        Named named = Options.named(step);
        Materialized<Object, Object, KeyValueStore<Bytes, byte[]>> store = Options.materialized(step);
        if (store == null) {
            return named == null ? table.join(other, joiner(step)) : table.join(other, joiner(step), named);
        }
        return named == null
            ? table.join(other, joiner(step), store)
            : table.join(other, joiner(step), named, store);
    }

    private static Object left(PlanBuilder plan, JsonNode step) {
        KTable<Object, Object> table = plan.input(step);
        KTable<Object, Object> other = plan.other(step);
        Named named = Options.named(step);
        Materialized<Object, Object, KeyValueStore<Bytes, byte[]>> store = Options.materialized(step);
        if (store == null) {
            return named == null ? table.leftJoin(other, joiner(step)) : table.leftJoin(other, joiner(step), named);
        }
        return named == null
            ? table.leftJoin(other, joiner(step), store)
            : table.leftJoin(other, joiner(step), named, store);
    }

    private static Object outer(PlanBuilder plan, JsonNode step) {
        KTable<Object, Object> table = plan.input(step);
        KTable<Object, Object> other = plan.other(step);
        Named named = Options.named(step);
        Materialized<Object, Object, KeyValueStore<Bytes, byte[]>> store = Options.materialized(step);
        if (store == null) {
            return named == null ? table.outerJoin(other, joiner(step)) : table.outerJoin(other, joiner(step), named);
        }
        return named == null
            ? table.outerJoin(other, joiner(step), store)
            : table.outerJoin(other, joiner(step), named, store);
    }
}
