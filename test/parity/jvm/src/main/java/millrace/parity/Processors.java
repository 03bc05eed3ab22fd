package millrace.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.TimestampedKeyValueStoreWithHeaders;
import org.apache.kafka.streams.state.TimestampedWindowStore;
import org.apache.kafka.streams.state.TimestampedWindowStoreWithHeaders;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.apache.kafka.streams.state.ValueTimestampHeaders;
import org.apache.kafka.streams.state.WindowStore;

/** Processors of users, with stores, timers and global stores: the same ones as on the other side. */
final class Processors {
    private Processors() {
    }

    static Object build(String op, JsonNode step, PlanBuilder plan, StreamsBuilder builder) {
        switch (op) {
            case "process", "processValues" -> {
                StoreBuilder<?> store = step.has("store") ? store(step.get("store")) : null;
                boolean ofSupplier = step.path("ofSupplier").asBoolean();
                if (store != null && !ofSupplier) {
                    builder.addStateStore(store);
                }
                Set<StoreBuilder<?>> brought = store != null && ofSupplier ? Set.of(store) : Set.of();
                String[] names = store != null && !ofSupplier ? new String[] {store.name()} : new String[0];
                String global = step.has("with") ? plan.other(step) : null;
                Named named = Options.named(step);
                KStream<Object, Object> stream = plan.input(step);
                if (op.equals("process")) {
                    ProcessorSupplier<Object, Object, Object, Object> supplier = new ProcessorSupplier<>() {
                        @Override
                        public Processor<Object, Object, Object, Object> get() {
                            return new Keeping(step, global);
                        }

                        @Override
                        public Set<StoreBuilder<?>> stores() {
                            return brought;
                        }
                    };
                    return named == null ? stream.process(supplier, names) : stream.process(supplier, named, names);
                }
                FixedKeyProcessorSupplier<Object, Object, Object> supplier = new FixedKeyProcessorSupplier<>() {
                    @Override
                    public FixedKeyProcessor<Object, Object, Object> get() {
                        return new KeepingValues(step, global);
                    }

                    @Override
                    public Set<StoreBuilder<?>> stores() {
                        return brought;
                    }
                };
                return named == null
                    ? stream.processValues(supplier, names)
                    : stream.processValues(supplier, named, names);
            }
            case "addGlobalStore" -> {
                StoreBuilder<?> store = store(step.get("store"));
                Consumed<String, String> consumed = Consumed.with(Serdes.String(), Serdes.String());
                String name = Options.text(step, "name");
                builder.addGlobalStore(
                    store,
                    step.get("topic").asText(),
                    name == null ? consumed : consumed.withName(name),
                    () -> new Mirroring(store.name()));
                return store.name();
            }
            default -> {
                return null;
            }
        }
    }

    private static StoreBuilder<?> store(JsonNode store) {
        String name = store.get("name").asText();
        boolean memory = store.has("engine");
        Duration size = Duration.ofMillis(store.path("size").asLong());
        Duration retention = Duration.ofMillis(store.path("retention").asLong());
        KeyValueBytesStoreSupplier plain = memory
            ? org.apache.kafka.streams.state.Stores.inMemoryKeyValueStore(name)
            : org.apache.kafka.streams.state.Stores.persistentKeyValueStore(name);
        StoreBuilder<?> builder = switch (store.get("kind").asText()) {
            case "keyValue" -> org.apache.kafka.streams.state.Stores.keyValueStoreBuilder(
                plain, Serdes.String(), Serdes.String());
            case "timestampedKeyValue" -> org.apache.kafka.streams.state.Stores.timestampedKeyValueStoreBuilder(
                memory ? plain : org.apache.kafka.streams.state.Stores.persistentTimestampedKeyValueStore(name),
                Serdes.String(), Serdes.String());
            case "lruMap" -> org.apache.kafka.streams.state.Stores.keyValueStoreBuilder(
                org.apache.kafka.streams.state.Stores.lruMap(name, store.get("maxEntries").asInt()),
                Serdes.String(), Serdes.String());
            case "window" -> org.apache.kafka.streams.state.Stores.windowStoreBuilder(
                memory
                    ? org.apache.kafka.streams.state.Stores.inMemoryWindowStore(name, retention, size, false)
                    : org.apache.kafka.streams.state.Stores.persistentWindowStore(name, retention, size, false),
                Serdes.String(), Serdes.String());
            case "timestampedWindow" -> org.apache.kafka.streams.state.Stores.timestampedWindowStoreBuilder(
                memory
                    ? org.apache.kafka.streams.state.Stores.inMemoryWindowStore(name, retention, size, false)
                    : org.apache.kafka.streams.state.Stores.persistentTimestampedWindowStore(
                        name, retention, size, false),
                Serdes.String(), Serdes.String());
            case "timestampedKeyValueWithHeaders" ->
                org.apache.kafka.streams.state.Stores.timestampedKeyValueStoreWithHeadersBuilder(
                    org.apache.kafka.streams.state.Stores.persistentTimestampedKeyValueStoreWithHeaders(name),
                    Serdes.String(), Serdes.String());
            case "timestampedWindowWithHeaders" ->
                org.apache.kafka.streams.state.Stores.timestampedWindowStoreWithHeadersBuilder(
                    org.apache.kafka.streams.state.Stores.persistentTimestampedWindowStoreWithHeaders(
                        name, retention, size, false),
                    Serdes.String(), Serdes.String());
            default -> throw new IllegalArgumentException("there is no store " + store);
        };
        return store.has("logging") ? builder.withLoggingDisabled() : builder.withLoggingEnabled(Map.of());
    }

    /** One text a key, in a store of any kind. */
    private interface Shelf {
        String get(String key, long time);

        void put(String key, String value, long time, Headers headers);

        default List<KeyValue<String, String>> all() {
            return List.of();
        }
    }

    private static Shelf shelf(JsonNode step, ProcessingContext context) {
        if (!step.has("store")) {
            return new Shelf() {
                @Override
                public String get(String key, long time) {
                    return null;
                }

                @Override
                public void put(String key, String value, long time, Headers headers) {
                }
            };
        }
        JsonNode store = step.get("store");
        String name = store.get("name").asText();
        long size = store.path("size").asLong(1);
        return switch (store.get("kind").asText()) {
            case "keyValue", "lruMap" -> {
                KeyValueStore<String, String> kept = context.getStateStore(name);
                yield new Shelf() {
                    @Override
                    public String get(String key, long time) {
                        return kept.get(key);
                    }

                    @Override
                    public void put(String key, String value, long time, Headers headers) {
                        if (value == null) {
                            kept.delete(key);
                        } else {
                            kept.put(key, value);
                        }
                    }

                    @Override
                    public List<KeyValue<String, String>> all() {
                        List<KeyValue<String, String>> entries = new ArrayList<>();
                        try (KeyValueIterator<String, String> all = kept.all()) {
                            all.forEachRemaining(entries::add);
                        }
                        return entries;
                    }
                };
            }
            case "timestampedKeyValue" -> {
                TimestampedKeyValueStore<String, String> kept = context.getStateStore(name);
                yield new Shelf() {
                    @Override
                    public String get(String key, long time) {
                        return ValueAndTimestamp.getValueOrNull(kept.get(key));
                    }

                    @Override
                    public void put(String key, String value, long time, Headers headers) {
                        kept.put(key, ValueAndTimestamp.make(value, time));
                    }

                    @Override
                    public List<KeyValue<String, String>> all() {
                        List<KeyValue<String, String>> entries = new ArrayList<>();
                        try (KeyValueIterator<String, ValueAndTimestamp<String>> all = kept.all()) {
                            all.forEachRemaining(entry ->
                                entries.add(KeyValue.pair(entry.key, entry.value.value())));
                        }
                        return entries;
                    }
                };
            }
            case "timestampedKeyValueWithHeaders" -> {
                TimestampedKeyValueStoreWithHeaders<String, String> kept = context.getStateStore(name);
                yield new Shelf() {
                    @Override
                    public String get(String key, long time) {
                        return withCount(kept.get(key));
                    }

                    @Override
                    public void put(String key, String value, long time, Headers headers) {
                        kept.put(key, ValueTimestampHeaders.make(value, time, headers));
                    }

                    @Override
                    public List<KeyValue<String, String>> all() {
                        List<KeyValue<String, String>> entries = new ArrayList<>();
                        try (KeyValueIterator<String, ValueTimestampHeaders<String>> all = kept.all()) {
                            all.forEachRemaining(entry -> entries.add(KeyValue.pair(entry.key, withCount(entry.value))));
                        }
                        return entries;
                    }
                };
            }
            case "timestampedWindowWithHeaders" -> {
                TimestampedWindowStoreWithHeaders<String, String> kept = context.getStateStore(name);
                yield new Shelf() {
                    @Override
                    public String get(String key, long time) {
                        return withCount(kept.fetch(key, time - time % size));
                    }

                    @Override
                    public void put(String key, String value, long time, Headers headers) {
                        kept.put(key, ValueTimestampHeaders.make(value, time, headers), time - time % size);
                    }
                };
            }
            case "window" -> {
                WindowStore<String, String> kept = context.getStateStore(name);
                yield new Shelf() {
                    @Override
                    public String get(String key, long time) {
                        return kept.fetch(key, time - time % size);
                    }

                    @Override
                    public void put(String key, String value, long time, Headers headers) {
                        kept.put(key, value, time - time % size);
                    }
                };
            }
            default -> {
                TimestampedWindowStore<String, String> kept = context.getStateStore(name);
                yield new Shelf() {
                    @Override
                    public String get(String key, long time) {
                        return ValueAndTimestamp.getValueOrNull(kept.fetch(key, time - time % size));
                    }

                    @Override
                    public void put(String key, String value, long time, Headers headers) {
                        kept.put(key, ValueAndTimestamp.make(value, time), time - time % size);
                    }
                };
            }
        };
    }

    /** Tells how many headers are kept with a value, if any. */
    private static String withCount(ValueTimestampHeaders<String> row) {
        if (row == null) {
            return null;
        }
        int count = row.headers().toArray().length;
        return count == 0 ? row.value() : row.value() + "~" + count;
    }

    private abstract static class Base {
        private final JsonNode step;
        private final String global;
        private ProcessingContext context;
        private Cancellable timer;
        private int ticks;
        Shelf shelf;

        Base(JsonNode step, String global) {
            this.step = step;
            this.global = global;
        }

        void begin(ProcessingContext context) {
            this.context = context;
            shelf = shelf(step, context);
            JsonNode drawn = step.get("timer");
            if (drawn == null) {
                return;
            }
            PunctuationType type = drawn.get("type").asText().equals("wall-clock")
                ? PunctuationType.WALL_CLOCK_TIME
                : PunctuationType.STREAM_TIME;
            Duration every = Duration.ofMillis(drawn.get("every").asLong());
            int most = drawn.path("most").asInt(-1);
            Punctuator punctuator = time -> {
                ticks++;
                tick(time, ticks);
                if (ticks % 3 == 0) {
                    context.commit();
                }
                if (ticks == most) {
                    timer.cancel();
                }
            };
            timer = drawn.has("start")
                ? context.schedule(Instant.ofEpochMilli(drawn.get("start").asLong()), every, type, punctuator)
                : context.schedule(every, type, punctuator);
        }

        abstract void tick(long time, int ticks);

        String keep(String key, Object value, long time, Headers headers) {
            String now = Text.tail(Text.of(shelf.get(key, time)) + Text.of(value));
            int throwing = step.path("throws").asInt();
            if (throwing > 0 && Text.hash(now, throwing) == 0) {
                throw new IllegalStateException("unlucky: " + now);
            }
            shelf.put(key, Text.hash(now, step.get("m").asInt()) == 0 ? null : now, time, headers);
            if (global == null) {
                return now;
            }
            KeyValueStore<String, String> held = context.getStateStore(global);
            return Text.tail(now + "/" + Text.of(held.get(key)));
        }

        Headers more(Headers headers, String value) {
            return new RecordHeaders(headers).add("p", value.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static final class Keeping extends Base implements Processor<Object, Object, Object, Object> {
        private ProcessorContext<Object, Object> context;

        Keeping(JsonNode step, String global) {
            super(step, global);
        }

        @Override
        public void init(ProcessorContext<Object, Object> context) {
            this.context = context;
            begin(context);
        }

        @Override
        public void process(Record<Object, Object> given) {
            String key = Text.of(given.key());
            String now = keep(key, given.value(), given.timestamp(), given.headers());
            Record<Object, Object> record = given.withKey((Object) key).withValue((Object) now);
            switch (Text.hash(now, 5)) {
                case 0 -> {
                    return;
                }
                case 1 -> {
                    context.forward(record.withTimestamp(given.timestamp() + 3));
                    return;
                }
                case 2 -> {
                    context.forward(record.withHeaders(more(given.headers(), now)));
                    return;
                }
                case 3 -> context.forward(record.withKey((Object) ("p" + Text.hash(key, 3))));
                default -> {
                }
            }
            context.forward(record);
        }

        @Override
        void tick(long time, int ticks) {
            context.forward(new Record<>("tick", time + "." + ticks, time));
            List<KeyValue<String, String>> all = shelf.all();
            for (KeyValue<String, String> entry : all) {
                context.forward(new Record<>(entry.key, entry.value, time));
            }
            if (!all.isEmpty()) {
                shelf.put(all.get(0).key, null, time, new RecordHeaders());
            }
        }
    }

    private static final class KeepingValues extends Base implements FixedKeyProcessor<Object, Object, Object> {
        private FixedKeyProcessorContext<Object, Object> context;
        private FixedKeyRecord<Object, Object> last;

        KeepingValues(JsonNode step, String global) {
            super(step, global);
        }

        @Override
        public void init(FixedKeyProcessorContext<Object, Object> context) {
            this.context = context;
            begin(context);
        }

        @Override
        public void process(FixedKeyRecord<Object, Object> given) {
            last = given;
            String now = keep(Text.of(given.key()), given.value(), given.timestamp(), given.headers());
            FixedKeyRecord<Object, Object> record = given.withValue((Object) now);
            switch (Text.hash(now, 4)) {
                case 0 -> {
                    return;
                }
                case 1 -> {
                    context.forward(record.withTimestamp(given.timestamp() + 3));
                    return;
                }
                case 2 -> context.forward(record.withHeaders(more(given.headers(), now)));
                default -> {
                }
            }
            context.forward(record);
        }

        @Override
        void tick(long time, int ticks) {
            if (last != null) {
                context.forward(last.withValue((Object) (time + "." + ticks)).withTimestamp(time));
            }
        }
    }

    private static final class Mirroring implements Processor<String, String, Void, Void> {
        private final String name;
        private KeyValueStore<String, String> store;

        Mirroring(String name) {
            this.name = name;
        }

        @Override
        public void init(ProcessorContext<Void, Void> context) {
            store = context.getStateStore(name);
        }

        @Override
        public void process(Record<String, String> record) {
            String key = Text.of(record.key());
            store.put(key, record.value() == null ? null : Text.tail(Text.of(store.get(key)) + record.value()));
        }
    }
}
