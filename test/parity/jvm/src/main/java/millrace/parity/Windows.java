package millrace.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.kstream.CogroupedKStream;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.SlidingWindows;
import org.apache.kafka.streams.kstream.TimeWindowedKStream;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.UnlimitedWindows;

/** Windows over groups and cogroups. */
final class Windows {
    private Windows() {
    }

    /** Null when the operator is not one of these. */
    static Object build(String op, JsonNode step, PlanBuilder plan) {
        return switch (op) {
            case "windowedBy" -> {
                KGroupedStream<Object, Object> groups = plan.input(step);
                yield switch (step.path("windows").asText()) {
                    case "sliding" -> groups.windowedBy(slidingWindows(step));
                    case "unlimited" -> groups.windowedBy(unlimitedWindows(step));
                    default -> groups.windowedBy(timeWindows(step));
                };
            }
            case "emitOnClose" -> {
                TimeWindowedKStream<Object, Object> windows = plan.input(step);
                yield windows.emitStrategy(EmitStrategy.onWindowClose());
            }
            case "cogroup windowedBy" -> {
                CogroupedKStream<Object, Object> cogroup = plan.input(step);
                yield switch (step.path("windows").asText()) {
                    case "sliding" -> cogroup.windowedBy(slidingWindows(step));
                    case "unlimited" -> cogroup.windowedBy(unlimitedWindows(step));
                    default -> cogroup.windowedBy(timeWindows(step));
                };
            }
            default -> null;
        };
    }

    private static SlidingWindows slidingWindows(JsonNode step) {
        Duration difference = Duration.ofMillis(step.get("size").asLong());
        return step.has("grace")
            ? SlidingWindows.ofTimeDifferenceAndGrace(difference, Duration.ofMillis(step.get("grace").asLong()))
            : SlidingWindows.ofTimeDifferenceWithNoGrace(difference);
    }

    private static UnlimitedWindows unlimitedWindows(JsonNode step) {
        return UnlimitedWindows.of().startOn(Instant.ofEpochMilli(step.get("start").asLong()));
    }

    private static TimeWindows timeWindows(JsonNode step) {
        Duration size = Duration.ofMillis(step.get("size").asLong());
        TimeWindows windows = step.has("grace")
            ? TimeWindows.ofSizeAndGrace(size, Duration.ofMillis(step.get("grace").asLong()))
            : TimeWindows.ofSizeWithNoGrace(size);
        return step.has("advance") ? windows.advanceBy(Duration.ofMillis(step.get("advance").asLong())) : windows;
    }
}
