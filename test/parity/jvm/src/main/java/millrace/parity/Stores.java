package millrace.parity;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.apache.kafka.streams.state.SessionStore;
import org.apache.kafka.streams.state.SessionStoreWithHeaders;
import org.apache.kafka.streams.state.TimestampedKeyValueStoreWithHeaders;
import org.apache.kafka.streams.state.TimestampedWindowStoreWithHeaders;
import org.apache.kafka.streams.state.VersionedKeyValueStore;
import org.apache.kafka.streams.state.internals.RocksDBTimeOrderedKeyValueBuffer;
import org.apache.kafka.streams.state.internals.TimeOrderedKeyValueBuffer;

/** The entries of stores as text. */
final class Stores {
    private static final Pattern JOINED = Pattern.compile(
        "SUBSCRIPTION-STATE-STORE|-subscription-store|(?:THIS|OTHER)-\\d+-store$|-join-store$");
    private static final String UNLISTED = "(cannot be listed)";

    private Stores() {
    }

    @SuppressWarnings("unchecked")
    static Map<String, List<String>> dump(Map<String, StateStore> stores, Histories histories) {
        Map<String, List<String>> dumped = new TreeMap<>();
        stores.forEach((name, store) -> {
            if (store instanceof RocksDBTimeOrderedKeyValueBuffer<?, ?> buffer) {
                dumped.put(name, List.of(buffer.numRecords() + " records"));
                return;
            }
            if (store instanceof TimeOrderedKeyValueBuffer<?, ?, ?> buffer) {
                dumped.put(name, List.of(buffer.numRecords() + " records, " + buffer.bufferSize() + " bytes"));
                return;
            }
            if (store instanceof VersionedKeyValueStore<?, ?> versioned) {
                dumped.put(name, histories.dump((VersionedKeyValueStore<Object, Object>) versioned));
                return;
            }
            try (KeyValueIterator<?, ?> entries = all(store)) {
                List<String> lines = new ArrayList<>();
                while (entries.hasNext()) {
                    KeyValue<?, ?> entry = entries.next();
                    lines.add(Text.of(entry.key) + " = "
                        + (keepsHeaders(store) ? Text.ofStoredWithHeaders(entry.value) : Text.ofStored(entry.value)));
                }
                dumped.put(name, lines);
            } catch (IllegalArgumentException failure) {
                // A store in memory of windows without a length, or without an end: it holds them, but cannot list them.
                dumped.put(name, List.of(UNLISTED));
            }
        });
        return dumped;
    }

    /** Joins and subscriptions have such stores too, but keep headers only for the changelog. */
    private static boolean keepsHeaders(StateStore store) {
        if (!(store instanceof TimestampedKeyValueStoreWithHeaders<?, ?>
            || store instanceof TimestampedWindowStoreWithHeaders<?, ?>
            || store instanceof SessionStoreWithHeaders<?, ?>)) {
            return false;
        }
        return !JOINED.matcher(store.name()).find();
    }

    private static KeyValueIterator<?, ?> all(StateStore store) {
        if (store instanceof ReadOnlyKeyValueStore<?, ?> keyValue) {
            return keyValue.all();
        }
        if (store instanceof ReadOnlyWindowStore<?, ?> windows) {
            return windows.all();
        }
        if (store instanceof SessionStore<?, ?> sessions) {
            return sessions.fetch(null, null);
        }
        throw new IllegalStateException("the entries of a " + store.getClass() + " cannot be listed");
    }
}
