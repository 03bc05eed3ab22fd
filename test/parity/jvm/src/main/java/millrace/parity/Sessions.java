package millrace.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.kstream.Aggregator;
import org.apache.kafka.streams.kstream.CogroupedKStream;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.Initializer;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Merger;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Reducer;
import org.apache.kafka.streams.kstream.SessionWindowedCogroupedKStream;
import org.apache.kafka.streams.kstream.SessionWindowedKStream;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.state.SessionStore;

/** Streams grouped by key and session. */
final class Sessions {
    private Sessions() {
    }

    /** Null when the operator is not one of these. */
    static Object build(String op, JsonNode step, PlanBuilder plan) {
        return switch (op) {
            case "session windowedBy" -> {
                KGroupedStream<Object, Object> groups = plan.input(step);
                yield groups.windowedBy(sessionWindows(step));
            }
            case "cogroup session windowedBy" -> {
                CogroupedKStream<Object, Object> cogroup = plan.input(step);
                yield cogroup.windowedBy(sessionWindows(step));
            }
            case "cogroup session aggregate" -> cogroupAggregate(plan.input(step), step);
            case "session emitOnClose" -> {
                SessionWindowedKStream<Object, Object> sessions = plan.input(step);
                yield sessions.emitStrategy(EmitStrategy.onWindowClose());
            }
            case "session count" -> count(plan.input(step), step);
            case "session reduce" -> reduce(plan.input(step), step);
            case "session aggregate" -> aggregate(plan.input(step), step);
            default -> null;
        };
    }

    private static SessionWindows sessionWindows(JsonNode step) {
        Duration gap = Duration.ofMillis(step.get("gap").asLong());
        return step.has("grace")
            ? SessionWindows.ofInactivityGapAndGrace(gap, Duration.ofMillis(step.get("grace").asLong()))
            : SessionWindows.ofInactivityGapWithNoGrace(gap);
    }

    private static Merger<Object, Object> merger(JsonNode step) {
        Functions.Aggregate merger = Functions.aggregator(step.get("merger"));
        return (key, one, other) -> merger.add(one, other, key);
    }

    private static Object cogroupAggregate(SessionWindowedCogroupedKStream<Object, Object> sessions, JsonNode step) {
        Named named = Options.named(step);
        Initializer<Object> initializer = Aggregations.initializer(step);
        Merger<Object, Object> merger = merger(step);
        Materialized<Object, Object, SessionStore<Bytes, byte[]>> store = Options.materialized(step);
        if (store == null) {
            return named == null
                ? sessions.aggregate(initializer, merger)
                : sessions.aggregate(initializer, merger, named);
        }
        return named == null
            ? sessions.aggregate(initializer, merger, store)
            : sessions.aggregate(initializer, merger, named, store);
    }

    private static Object count(SessionWindowedKStream<Object, Object> sessions, JsonNode step) {
        Named named = Options.named(step);
        Materialized<Object, Object, SessionStore<Bytes, byte[]>> store = Options.materialized(step);
        if (store == null) {
            return named == null ? sessions.count() : sessions.count(named);
        }
        return named == null
            ? sessions.count(Aggregations.counting(store))
            : sessions.count(named, Aggregations.counting(store));
    }

    private static Object reduce(SessionWindowedKStream<Object, Object> sessions, JsonNode step) {
        Named named = Options.named(step);
        Reducer<Object> reducer = Aggregations.reducer(step);
        Materialized<Object, Object, SessionStore<Bytes, byte[]>> store = Options.materialized(step);
        if (store == null) {
            return named == null ? sessions.reduce(reducer) : sessions.reduce(reducer, named);
        }
        return named == null ? sessions.reduce(reducer, store) : sessions.reduce(reducer, named, store);
    }

    private static Object aggregate(SessionWindowedKStream<Object, Object> sessions, JsonNode step) {
        Named named = Options.named(step);
        Initializer<Object> initializer = Aggregations.initializer(step);
        Aggregator<Object, Object, Object> aggregator = Aggregations.aggregator(step);
        Merger<Object, Object> merger = merger(step);
        Materialized<Object, Object, SessionStore<Bytes, byte[]>> store = Options.materialized(step);
        if (store == null) {
            return named == null
                ? sessions.aggregate(initializer, aggregator, merger)
                : sessions.aggregate(initializer, aggregator, merger, named);
        }
        return named == null
            ? sessions.aggregate(initializer, aggregator, merger, store)
            : sessions.aggregate(initializer, aggregator, merger, named, store);
    }
}
