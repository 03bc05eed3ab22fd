package millrace.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.BiFunction;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.TableJoined;
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
            case "foreign join" -> foreign(plan, step, false);
            case "foreign leftJoin" -> foreign(plan, step, true);
            default -> null;
        };
    }

    private static ValueJoiner<Object, Object, Object> joiner(JsonNode step) {
        Functions.Join joiner = Functions.joiner(step.get("joiner"));
        return (left, right) -> joiner.join(left, right, "");
    }

    private static Object foreign(PlanBuilder plan, JsonNode step, boolean left) {
        KTable<Object, Object> table = plan.input(step);
        KTable<Object, Object> other = plan.other(step);
        Functions.Mapper mapper = Functions.mapper(step.get("mapper"));
        BiFunction<Object, Object, Object> keys = mapper::map;
        Materialized<Object, Object, KeyValueStore<Bytes, byte[]>> store = Options.materialized(step);
        if (!step.has("name")) {
            if (store == null) {
                return left ? table.leftJoin(other, keys, joiner(step)) : table.join(other, keys, joiner(step));
            }
            return left
                ? table.leftJoin(other, keys, joiner(step), store)
                : table.join(other, keys, joiner(step), store);
        }
        TableJoined<Object, Object> named = TableJoined.as(step.get("name").asText());
        if (store == null) {
            return left
                ? table.leftJoin(other, keys, joiner(step), named)
                : table.join(other, keys, joiner(step), named);
        }
        return left
            ? table.leftJoin(other, keys, joiner(step), named, store)
            : table.join(other, keys, joiner(step), named, store);
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
