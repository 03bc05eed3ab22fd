package millrace.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.ValueTransformerWithKey;
import org.apache.kafka.streams.processor.ProcessorContext;
import org.apache.kafka.streams.processor.TimestampExtractor;

/** The functions that plans name, as in functions.ts. */
final class Functions {
    interface Predicate {
        boolean test(Object key, Object value);
    }

    interface Mapper {
        Object map(Object key, Object value);
    }

    interface Aggregate {
        Object add(Object aggregate, Object value, Object key);
    }

    interface Join {
        Object join(Object left, Object right, Object key);
    }

    interface Values {
        Iterable<Object> map(Object key, Object value);
    }

    interface Pairs {
        Iterable<KeyValue<Object, Object>> map(Object key, Object value);
    }

    private Functions() {
    }

    static Predicate predicate(JsonNode call) {
        int m = call.path("m").asInt();
        return switch (name(call)) {
            case "keyHash" -> (key, value) -> Text.hash(Text.of(key), m) != 0;
            case "valueHash" -> (key, value) -> Text.hash(Text.of(value), m) != 0;
            case "hasValue" -> (key, value) -> value != null;
            case "always" -> (key, value) -> true;
            case "never" -> (key, value) -> false;
            case "throwSome" -> (key, value) -> lucky(Text.of(value), m);
            default -> throw unknown("predicate", call);
        };
    }

    /** Of one transformer: a mapper, or something that only a transformer can tell. */
    static ValueTransformerWithKey<Object, Object, Object> transformer(JsonNode call) {
        String name = name(call);
        Mapper mapper = name.equals("counted") || name.equals("placed") ? null : mapper(call);
        return new ValueTransformerWithKey<>() {
            private ProcessorContext context;
            private int calls;

            @Override
            public void init(ProcessorContext given) {
                context = given;
            }

            @Override
            public Object transform(Object key, Object value) {
                if (mapper != null) {
                    return mapper.map(key, value);
                }
                if (name.equals("counted")) {
                    calls++;
                    return value == null && calls % 3 != 0 ? null : Text.tail(Text.of(value) + "#" + calls);
                }
                String topic = context.topic() == null ? "-" : String.valueOf(context.topic().length());
                return Text.of(value) + "@" + context.timestamp() % 1000 + "/" + topic + "/" + context.offset() + "/"
                    + context.partition();
            }

            @Override
            public void close() {
            }
        };
    }

    static Mapper mapper(JsonNode call) {
        int m = call.path("m").asInt();
        return switch (name(call)) {
            case "same" -> (key, value) -> value;
            case "sameKey" -> (key, value) -> key;
            case "suffix" -> {
                String suffix = call.get("s").asText();
                yield (key, value) -> value == null ? null : Text.tail(Text.of(value) + suffix);
            }
            case "show" -> (key, value) -> Text.tail(Text.of(key) + "=" + Text.of(value));
            case "nullSome" -> (key, value) -> Text.hash(Text.of(value), m) == 0 ? null : value;
            case "toLong" -> (key, value) -> value == null ? null : (Object) (long) Text.hash(Text.of(value), 1_000);
            case "throwSome" -> (key, value) -> {
                lucky(Text.of(value), m);
                return value;
            };
            case "keyFromValue" -> (key, value) -> "g" + Text.hash(Text.of(value), m);
            case "keyFromKey" -> (key, value) -> "k" + Text.hash(Text.of(key), m);
            case "keyOrNull" -> (key, value) -> {
                int h = Text.hash(Text.of(key) + "/" + Text.of(value), m);
                return h == 0 ? null : "n" + h;
            };
            case "foreignKey" -> (key, value) -> {
                int h = Text.hash(Text.of(value), m);
                return h > 4 ? null : List.of("a", "b", "c", "d", "é").get(h);
            };
            case "foreignNumber" -> (key, value) -> {
                long h = Text.hash(Text.of(value), m);
                return h > 4 ? null : h;
            };
            case "keyText" -> (key, value) -> key == null ? null : Text.of(key);
            case "keyToLong" -> (key, value) -> key == null ? null : (Object) (long) Text.hash(Text.of(key), m);
            default -> throw unknown("mapper", call);
        };
    }

    static Values flatValues(JsonNode call) {
        if (!name(call).equals("repeat")) {
            throw unknown("mapper to values", call);
        }
        int m = call.get("m").asInt();
        return (key, value) -> {
            List<Object> values = new ArrayList<>();
            int count = Text.hash(Text.of(key) + "/" + Text.of(value), m);
            for (int i = 0; i < count; i++) {
                values.add(i == 2 ? null : Text.tail(Text.of(value) + "." + i));
            }
            return values;
        };
    }

    static Pairs flatPairs(JsonNode call) {
        if (!name(call).equals("spread")) {
            throw unknown("mapper to pairs", call);
        }
        int m = call.get("m").asInt();
        return (key, value) -> {
            List<KeyValue<Object, Object>> pairs = new ArrayList<>();
            int h = Text.hash(Text.of(key) + "/" + Text.of(value), 1_000);
            for (int i = 0; i < h % m; i++) {
                pairs.add(KeyValue.pair("f" + (h + i) % 4, i == 2 ? null : Text.tail(Text.of(value) + "." + i)));
            }
            return pairs;
        };
    }

    /** A text, a long or null. */
    static Object initial(JsonNode step) {
        JsonNode value = step.get("initial");
        if (value.isNull()) {
            return null;
        }
        return value.isTextual() ? value.asText() : (Object) value.asLong();
    }

    static Aggregate aggregator(JsonNode call) {
        int m = call.path("m").asInt();
        return switch (name(call)) {
            case "concat" -> (aggregate, value, key) -> Text.tail(Text.of(aggregate) + Text.of(value));
            case "unconcat" -> (aggregate, value, key) -> Text.tail(Text.of(aggregate) + "-" + Text.of(value));
            case "concatKey" ->
                (aggregate, value, key) -> Text.tail(Text.of(aggregate) + Text.of(key) + Text.of(value));
            case "nullSome" -> (aggregate, value, key) -> {
                String both = Text.of(aggregate) + Text.of(value);
                return Text.hash(both, m) == 0 ? null : Text.tail(both);
            };
            case "sum" -> (aggregate, value, key) -> asLong(aggregate) + Text.hash(Text.of(value), 100);
            case "subtract" -> (aggregate, value, key) -> asLong(aggregate) - Text.hash(Text.of(value), 100);
            case "sumNullSome" -> (aggregate, value, key) -> {
                long sum = asLong(aggregate) + Text.hash(Text.of(value), 100);
                return sum % m == 0 ? null : (Object) sum;
            };
            case "throwSome" -> (aggregate, value, key) -> {
                String both = Text.of(aggregate) + Text.of(value);
                lucky(both, m);
                return Text.tail(both);
            };
            case "last" -> (aggregate, value, key) -> value;
            default -> throw unknown("aggregator", call);
        };
    }

    static Join joiner(JsonNode call) {
        int m = call.path("m").asInt();
        return switch (name(call)) {
            case "pair" -> (left, right, key) -> Text.tail(Text.of(left) + "|" + Text.of(right));
            case "pairWithKey" ->
                (left, right, key) -> Text.tail(Text.of(key) + ":" + Text.of(left) + "|" + Text.of(right));
            case "nullSome" -> (left, right, key) -> {
                String both = Text.of(left) + "|" + Text.of(right);
                return Text.hash(both, m) == 0 ? null : Text.tail(both);
            };
            case "throwSome" -> (left, right, key) -> {
                String both = Text.of(left) + "|" + Text.of(right);
                lucky(both, m);
                return Text.tail(both);
            };
            case "sum" ->
                (left, right, key) -> (long) (Text.hash(Text.of(left), 100) + Text.hash(Text.of(right), 100));
            default -> throw unknown("joiner", call);
        };
    }

    /** Takes a record's time for a timestamp, or another; a negative one drops the record. */
    static TimestampExtractor extractor(JsonNode call) {
        int m = call.path("m").asInt();
        long by = call.path("by").asLong();
        int span = call.path("span").asInt();
        return switch (name(call)) {
            case "shift" -> (record, partitionTime) -> record.timestamp() + by;
            case "earlierByValue" ->
                (record, partitionTime) -> record.timestamp() - Text.hash(Text.of(record.value()), span);
            case "negativeSome" ->
                (record, partitionTime) -> Text.hash(Text.of(record.value()), m) == 0 ? -1 : record.timestamp();
            case "notBack" -> (record, partitionTime) -> Math.max(record.timestamp(), partitionTime);
            default -> throw unknown("timestamp extractor", call);
        };
    }

    /** Throws for some texts, always the same ones. */
    private static boolean lucky(String of, int modulus) {
        if (Text.hash(of, modulus) == 0) {
            throw new IllegalStateException("unlucky: " + of);
        }
        return true;
    }

    private static long asLong(Object value) {
        return value == null ? 0 : (Long) value;
    }

    private static String name(JsonNode call) {
        return call.get("fn").asText();
    }

    private static IllegalArgumentException unknown(String kind, JsonNode call) {
        return new IllegalArgumentException("there is no " + kind + " " + name(call));
    }
}
