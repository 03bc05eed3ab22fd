package millrace.parity;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.StringJoiner;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.kstream.internals.foreignkeyjoin.SubscriptionWrapper;
import org.apache.kafka.streams.state.AggregationWithHeaders;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.apache.kafka.streams.state.ValueTimestampHeaders;

/** How values are shown, and the hash that all decisions of functions hang on. */
final class Text {
    private static final int LONGEST = 24;

    private Text() {
    }

    static String of(Object value) {
        if (value instanceof Bytes bytes) {
            return HexFormat.of().formatHex(bytes.get());
        }
        return String.valueOf(value);
    }

    /** With its causes. */
    static String ofError(Throwable error) {
        StringJoiner all = new StringJoiner("; caused by ");
        for (Throwable one = error; one != null; one = one.getCause()) {
            all.add(one.getClass().getSimpleName() + ": " + one.getMessage());
        }
        return all.toString();
    }

    static int hash(String of, int modulus) {
        int h = 0x811c9dc5;
        for (int i = 0; i < of.length(); i++) {
            h = (h ^ of.charAt(i)) * 16_777_619;
        }
        h ^= h >>> 15;
        return Integer.remainderUnsigned(h, modulus);
    }

    static String tail(String of) {
        return of.length() <= LONGEST ? of : of.substring(of.length() - LONGEST);
    }

    /** Text where bytes are printable ASCII without a leading #, else # and hexadecimal digits. */
    static String ofBytes(byte[] bytes) {
        if (bytes == null) {
            return null;
        }
        boolean plain = bytes.length == 0 || bytes[0] != '#';
        for (byte one : bytes) {
            plain &= one >= 0x20 && one <= 0x7e;
        }
        return plain ? new String(bytes, StandardCharsets.US_ASCII) : "#" + HexFormat.of().formatHex(bytes);
    }

    static String ofStored(Object value) {
        if (value instanceof ValueAndTimestamp<?> stamped) {
            return of(stamped.value()) + " @ " + stamped.timestamp();
        }
        // The stores of joins, which keep time and headers only where they are in memory.
        if (value instanceof ValueTimestampHeaders<?> plain) {
            return plain.value() instanceof SubscriptionWrapper<?> one
                ? subscription(one) + " @ " + plain.timestamp()
                : of(plain.value());
        }
        return of(value);
    }

    /** The same of a store that keeps headers. */
    static String ofStoredWithHeaders(Object value) {
        if (value instanceof ValueTimestampHeaders<?> headed) {
            return of(headed.value()) + " @ " + headed.timestamp() + headers(headed.headers());
        }
        AggregationWithHeaders<?> session = (AggregationWithHeaders<?>) value;
        return of(session.aggregation()) + headers(session.headers());
    }

    /** The value of a row, whatever its store keeps beside it. */
    static Object plain(Object row) {
        if (row instanceof ValueAndTimestamp<?> stamped) {
            return stamped.value();
        }
        if (row instanceof ValueTimestampHeaders<?> headed) {
            return headed.value();
        }
        return row instanceof AggregationWithHeaders<?> session ? session.aggregation() : row;
    }

    private static String headers(Headers headers) {
        StringBuilder text = new StringBuilder();
        for (Header header : headers) {
            text.append(' ').append(header.key()).append(':').append(ofBytes(header.value()));
        }
        return text.toString();
    }

    /** Without the primary key, which is part of the key. */
    private static String subscription(SubscriptionWrapper<?> one) {
        long[] hash = one.hash();
        String hex = hash == null ? "-" : HexFormat.of().toHexDigits(hash[0]) + HexFormat.of().toHexDigits(hash[1]);
        return one.instruction().value() + " " + hex + " " + one.primaryPartition();
    }
}
