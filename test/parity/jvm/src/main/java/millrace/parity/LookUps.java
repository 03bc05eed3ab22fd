package millrace.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.apache.kafka.streams.state.SessionStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/** Processors that only read the store of an aggregation over windows or sessions: the same ones as on the other side. */
final class LookUps {
    private LookUps() {
    }

    /** Null when the operator is not one of these. */
    static Object build(String op, JsonNode step, PlanBuilder plan) {
        if (!op.equals("lookUp")) {
            return null;
        }
        KStream<Object, Object> stream = plan.input(step);
        return stream.processValues(() -> new LookUp(step), step.get("store").asText());
    }

    private static final class LookUp implements FixedKeyProcessor<Object, Object, Object> {
        private final String store;
        private final boolean sessions;
        private final long back;
        private final boolean ranges;
        private FixedKeyProcessorContext<Object, Object> context;

        LookUp(JsonNode step) {
            store = step.get("store").asText();
            sessions = step.get("sessions").asBoolean();
            back = step.get("back").asLong();
            ranges = step.get("ranges").asBoolean();
        }

        @Override
        public void init(FixedKeyProcessorContext<Object, Object> context) {
            this.context = context;
        }

        @Override
        public void process(FixedKeyRecord<Object, Object> record) {
            Object key = record.key() instanceof Windowed<?> windowed ? windowed.key() : record.key();
            List<String> found = key == null ? List.of()
                : sessions ? sessions(Text.of(key), record.timestamp())
                : windows(Text.of(key), record.timestamp());
            context.forward(record.withValue(String.join(" ", found)));
        }

        private List<String> windows(String key, long time) {
            ReadOnlyWindowStore<String, Object> kept = context.getStateStore(store);
            List<String> texts = new ArrayList<>();
            List<Long> starts = new ArrayList<>();
            if (!ranges) {
                try (KeyValueIterator<Windowed<String>, Object> found = kept.all()) {
                    found.forEachRemaining(one -> starts.add(one.key.window().start()));
                }
                starts.sort(null);
                starts.add(0, Math.max(0, time - back));
                for (long start : starts) {
                    texts.add(start + "=" + Text.of(Text.plain(kept.fetch(key, start))));
                }
                return texts;
            }
            try (WindowStoreIterator<Object> found = kept.fetch(
                    key, Instant.ofEpochMilli(Math.max(0, time - back)), Instant.ofEpochMilli(time + back))) {
                while (found.hasNext()) {
                    KeyValue<Long, Object> one = found.next();
                    texts.add(one.key + "=" + Text.of(Text.plain(one.value)));
                    starts.add(one.key);
                }
            }
            texts.add("|");
            for (long start : starts) {
                texts.add(Text.of(Text.plain(kept.fetch(key, start))));
            }
            texts.add(Text.of(Text.plain(kept.fetch(key, Math.max(0, time - back)))));
            texts.add("|");
            List<String> all = new ArrayList<>();
            try (KeyValueIterator<Windowed<String>, Object> found = kept.all()) {
                found.forEachRemaining(one -> all.add(one.key.key() + "@" + one.key.window().start()));
            }
            all.stream().sorted().forEach(texts::add);
            texts.add("|");
            List<String> around = new ArrayList<>();
            try (KeyValueIterator<Windowed<String>, Object> found =
                    kept.fetchAll(Instant.ofEpochMilli(Math.max(0, time - 2 * back)), Instant.ofEpochMilli(time))) {
                found.forEachRemaining(one -> around.add(String.valueOf(one.key.window().start())));
            }
            around.stream().sorted().forEach(texts::add);
            return texts;
        }

        private List<String> sessions(String key, long time) {
            SessionStore<String, Object> kept = context.getStateStore(store);
            List<String> texts = new ArrayList<>();
            List<Windowed<String>> keys = new ArrayList<>();
            try (KeyValueIterator<Windowed<String>, Object> found =
                    kept.findSessions(key, Math.max(0, time - back), time + back)) {
                while (found.hasNext()) {
                    KeyValue<Windowed<String>, Object> one = found.next();
                    texts.add(bounds(one.key) + "=" + Text.of(Text.plain(one.value)));
                    keys.add(one.key);
                }
            }
            texts.add("|");
            for (Windowed<String> one : keys) {
                texts.add(Text.of(Text.plain(kept.fetchSession(key, one.window().start(), one.window().end()))));
            }
            texts.add("|");
            try (KeyValueIterator<Windowed<String>, Object> found = kept.fetch(key)) {
                found.forEachRemaining(one -> texts.add(bounds(one.key)));
            }
            return texts;
        }

        private static String bounds(Windowed<?> key) {
            return key.window().start() + "/" + key.window().end();
        }
    }
}
