package millrace.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.apache.kafka.streams.kstream.CogroupedKStream;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.TimeWindows;

/** Windows over groups and cogroups. */
final class Windows {
    private Windows() {
    }

    /** Null when the operator is not one of these. */
    static Object build(String op, JsonNode step, PlanBuilder plan) {
        return switch (op) {
            case "windowedBy" -> {
                KGroupedStream<Object, Object> groups = plan.input(step);
                yield groups.windowedBy(timeWindows(step));
            }
            case "cogroup windowedBy" -> {
                CogroupedKStream<Object, Object> cogroup = plan.input(step);
                yield cogroup.windowedBy(timeWindows(step));
            }
            default -> null;
        };
    }

    private static TimeWindows timeWindows(JsonNode step) {
        Duration size = Duration.ofMillis(step.get("size").asLong());
        TimeWindows windows = step.has("grace")
            ? TimeWindows.ofSizeAndGrace(size, Duration.ofMillis(step.get("grace").asLong()))
            : TimeWindows.ofSizeWithNoGrace(size);
        return step.has("advance") ? windows.advanceBy(Duration.ofMillis(step.get("advance").asLong())) : windows;
    }
}
