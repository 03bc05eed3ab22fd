package millrace.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.state.VersionedKeyValueStore;
import org.apache.kafka.streams.state.VersionedRecord;

/** What versioned stores tell of the keys and times that were in the records: they cannot be listed. */
final class Histories {
    private final Set<String> keys = new TreeSet<>();
    private final Set<Long> times = new TreeSet<>();

    /** @param records that were written, as they are shown */
    Histories(JsonNode plan, List<Map<String, Object>> records) {
        for (JsonNode input : plan.get("inputs")) {
            if (input.has("topic")) {
                JsonNode key = input.get("key");
                if (!key.isNull()) {
                    keys.add(key.isNumber() ? Text.ofBytes(bytes(key.asLong())) : Text.ofBytes(bytes(key.asText())));
                }
                times.add(input.get("time").asLong());
            }
        }
        for (Map<String, Object> record : records) {
            if (!((String) record.get("topic")).endsWith("-changelog")) {
                if (record.get("key") != null) {
                    keys.add((String) record.get("key"));
                }
                times.add((Long) record.get("time"));
            }
        }
    }

    /** Each key with what it was from time to time. */
    List<String> dump(VersionedKeyValueStore<Object, Object> store) {
        List<String> lines = new ArrayList<>();
        for (String key : keys) {
            byte[] bytes = key.startsWith("#")
                ? HexFormat.of().parseHex(key.substring(1)) : key.getBytes(StandardCharsets.UTF_8);
            dump(store, new String(bytes, StandardCharsets.UTF_8), lines);
            if (bytes.length == Long.BYTES) {
                dump(store, ByteBuffer.wrap(bytes).getLong(), lines);
            }
        }
        return lines;
    }

    private void dump(VersionedKeyValueStore<Object, Object> store, Object key, List<String> lines) {
        try {
            String last = show(store.get(key));
            if (last != null) {
                lines.add(Text.of(key) + " = " + last);
            }
            String before = null;
            for (long time : times) {
                String now = show(store.get(key, time));
                if (now != null && !now.equals(before)) {
                    lines.add(Text.of(key) + " at " + time + " = " + now);
                }
                before = now;
            }
        } catch (StreamsException otherType) {
            // The keys of the store are of the other type.
        }
    }

    private static String show(VersionedRecord<Object> found) {
        return found == null ? null : Text.of(found.value()) + " @ " + found.timestamp();
    }

    private static byte[] bytes(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    private static byte[] bytes(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }
}
