package millrace.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.StreamJoined;
import org.apache.kafka.streams.kstream.ValueJoinerWithKey;
import org.apache.kafka.streams.state.BuiltInDslStoreSuppliers;

/** Joins of two streams. */
final class StreamJoins {
    private StreamJoins() {
    }

    /** Null when the operator is not one of these. */
    static Object build(String op, JsonNode step, PlanBuilder plan) {
        return switch (op) {
            case "stream join" -> left(plan, step).join(right(plan, step), joiner(step), windows(step), joined(step));
            case "stream leftJoin" ->
                left(plan, step).leftJoin(right(plan, step), joiner(step), windows(step), joined(step));
            case "stream outerJoin" ->
                left(plan, step).outerJoin(right(plan, step), joiner(step), windows(step), joined(step));
            default -> null;
        };
    }

    private static KStream<Object, Object> left(PlanBuilder plan, JsonNode step) {
        return plan.input(step);
    }

    private static KStream<Object, Object> right(PlanBuilder plan, JsonNode step) {
        return plan.other(step);
    }

    private static ValueJoinerWithKey<Object, Object, Object, Object> joiner(JsonNode step) {
        Functions.Join joiner = Functions.joiner(step.get("joiner"));
        return (key, left, right) -> joiner.join(left, right, key);
    }

    /** Those of the deprecated way emit results without a partner at once. */
    @SuppressWarnings("deprecation")
    private static JoinWindows windows(JsonNode step) {
        long difference = step.get("difference").asLong();
        Duration grace = Duration.ofMillis(step.path("grace").asLong(0));
        JoinWindows windows = step.path("early").asBoolean()
            ? JoinWindows.of(Duration.ofMillis(difference)).grace(grace)
            : JoinWindows.ofTimeDifferenceAndGrace(Duration.ofMillis(difference), grace);
        long before = step.path("before").asLong(difference);
        long after = step.path("after").asLong(difference);
        // Each call is checked by itself: the longer one first.
        return before > after
            ? windows.before(Duration.ofMillis(before)).after(Duration.ofMillis(after))
            : windows.after(Duration.ofMillis(after)).before(Duration.ofMillis(before));
    }

    private static StreamJoined<Object, Object, Object> joined(JsonNode step) {
        StreamJoined<Object, Object, Object> joined = StreamJoined.with(
            Options.key(step), Options.value(step), Options.serde(Options.text(step, "otherSerde")));
        if (step.has("name")) {
            joined = joined.withName(step.get("name").asText());
        }
        if (step.has("store")) {
            joined = joined.withStoreName(step.get("store").asText());
        }
        if (step.has("engine")) {
            joined = joined.withDslStoreSuppliers(
                step.get("engine").asText().equals("memory")
                    ? BuiltInDslStoreSuppliers.IN_MEMORY
                    : BuiltInDslStoreSuppliers.ROCKS_DB);
        }
        if (!step.path("logging").asBoolean(true)) {
            joined = joined.withLoggingDisabled();
        }
        return joined;
    }
}
