package millrace.parity;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.kafka.streams.kstream.GlobalKTable;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.ValueJoinerWithKey;
import org.apache.kafka.streams.kstream.ValueJoinerWithStreamAndMappedKey;

/** Joins. */
final class Joins {
    private Joins() {
    }

    /** Null when the operator is not one of these. */
    static Object build(String op, JsonNode step, PlanBuilder plan) {
        return switch (op) {
            case "table join" -> withTable(plan, step, false);
            case "table leftJoin" -> withTable(plan, step, true);
            case "global join" -> withGlobalTable(plan, step, false);
            case "global leftJoin" -> withGlobalTable(plan, step, true);
            default -> null;
        };
    }

    private static ValueJoinerWithKey<Object, Object, Object, Object> joiner(JsonNode step) {
        Functions.Join joiner = Functions.joiner(step.get("joiner"));
        return (key, left, right) -> joiner.join(left, right, key);
    }

    private static Object withTable(PlanBuilder plan, JsonNode step, boolean left) {
        KStream<Object, Object> stream = plan.input(step);
        KTable<Object, Object> table = plan.other(step);
        boolean plain = !Options.saysSerdes(step) && !step.has("name") && !step.has("grace");
        if (left) {
            return plain
                ? stream.leftJoin(table, joiner(step))
                : stream.leftJoin(table, joiner(step), Options.joined(step));
        }
        return plain ? stream.join(table, joiner(step)) : stream.join(table, joiner(step), Options.joined(step));
    }

    private static Object withGlobalTable(PlanBuilder plan, JsonNode step, boolean left) {
        KStream<Object, Object> stream = plan.input(step);
        GlobalKTable<Object, Object> table = plan.other(step);
        Functions.Mapper mapper = Functions.mapper(step.get("mapper"));
        Named named = Options.named(step);
        if (step.path("tableKey").asBoolean()) {
            Functions.Join join = Functions.joiner(step.get("joiner"));
            ValueJoinerWithStreamAndMappedKey<Object, Object, Object, Object, Object> joiner =
                (key, tableKey, value, row) -> join.join(value, Text.of(row) + "@" + Text.of(tableKey), key);
            if (left) {
                return named == null
                    ? stream.leftJoin(table, mapper::map, joiner)
                    : stream.leftJoin(table, mapper::map, joiner, named);
            }
            return named == null
                ? stream.join(table, mapper::map, joiner)
                : stream.join(table, mapper::map, joiner, named);
        }
        ValueJoinerWithKey<Object, Object, Object, Object> joiner = joiner(step);
        if (left) {
            return named == null
                ? stream.leftJoin(table, mapper::map, joiner)
                : stream.leftJoin(table, mapper::map, joiner, named);
        }
        return named == null
            ? stream.join(table, mapper::map, joiner)
            : stream.join(table, mapper::map, joiner, named);
    }
}
