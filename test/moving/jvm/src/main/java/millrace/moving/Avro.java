package millrace.moving;

import static millrace.moving.Applications.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.io.JsonEncoder;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.TimeWindowedDeserializer;
import org.apache.kafka.streams.kstream.TimeWindowedSerializer;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.kstream.WindowedSerdes;
import org.apache.kafka.streams.state.WindowStore;

/**
 * What has its schemas in a registry, by the serializers of Apicurio: they write the five bytes of Confluent's when ids have four
 * bytes, and name subjects after topics.
 */
final class Avro {
    /** Address of the registry, {@code http://localhost:8080/apis/registry/v3}. */
    private static final String REGISTRY = System.getProperty("millrace.registry");
    private static final Duration SIZE = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofHours(1);

    private static final Schema GROUP = new Schema.Parser().parse(
        "{\"type\":\"record\",\"name\":\"Group\",\"namespace\":\"moving\",\"fields\":[{\"name\":\"name\",\"type\":\"string\"}]}");
    private static final Schema SUM = new Schema.Parser().parse(
        "{\"type\":\"record\",\"name\":\"Sum\",\"namespace\":\"moving\",\"fields\":["
            + "{\"name\":\"count\",\"type\":\"int\"},{\"name\":\"sum\",\"type\":\"long\"},"
            + "{\"name\":\"most\",\"type\":[\"null\",\"string\"],\"default\":null}]}");

    private Avro() {
    }

    static void addTo(Map<String, Applications.Application> all) {
        all.put("avro-sums", (builder, inputs, output) -> {
            Serde<GenericRecord> keys = serde(true);
            Serde<GenericRecord> values = serde(false);
            stream(builder, inputs.get(0))
                .filter((key, value) -> key != null && value != null)
                .map((key, value) -> KeyValue.pair(groupOf(value), sumOf(key, value)))
                .groupByKey(Grouped.with("by-group", keys, values))
                .windowedBy(TimeWindows.ofSizeAndGrace(SIZE, GRACE))
                .reduce(
                    Avro::added,
                    Materialized.<GenericRecord, GenericRecord, WindowStore<Bytes, byte[]>>as("sums")
                        .withKeySerde(keys)
                        .withValueSerde(values))
                .toStream()
                .to(output, Produced.with(new WindowedSerdes.TimeWindowedSerde<>(keys, SIZE.toMillis()), values));
        });
    }

    private static GenericRecord groupOf(String value) {
        GenericRecord group = new GenericData.Record(GROUP);
        group.put("name", value.substring(0, value.indexOf(':')));
        return group;
    }

    private static GenericRecord sumOf(String key, String value) {
        int number = Integer.parseInt(value.substring(value.indexOf(':') + 1));
        return sum(1, number, number % 3 == 0 ? null : key);
    }

    private static GenericRecord added(GenericRecord one, GenericRecord other) {
        String most = text(one.get("most"));
        String another = text(other.get("most"));
        if (most == null || another != null && another.compareTo(most) > 0) {
            most = another;
        }
        return sum((Integer) one.get("count") + (Integer) other.get("count"), (Long) one.get("sum") + (Long) other.get("sum"), most);
    }

    private static GenericRecord sum(int count, long sum, String most) {
        GenericRecord record = new GenericData.Record(SUM);
        record.put("count", count);
        record.put("sum", sum);
        record.put("most", most);
        return record;
    }

    private static String text(Object value) {
        return value == null ? null : value.toString();
    }

    /** Registers whole schemas, as Confluent's serializers do. */
    private static Serde<GenericRecord> serde(boolean key) {
        return serde(key, true);
    }

    /** @param whole else the named types in a schema get subjects of their own, which it refers to */
    private static Serde<GenericRecord> serde(boolean key, boolean whole) {
        Map<String, Object> settings = Map.of(
            "apicurio.registry.url", REGISTRY,
            "apicurio.registry.auto-register", true,
            "apicurio.registry.dereference-schema", whole);
        Serializer<GenericRecord> serializer = new AvroKafkaSerializer<>();
        Deserializer<GenericRecord> deserializer = new AvroKafkaDeserializer<>();
        serializer.configure(settings, key);
        deserializer.configure(settings, key);
        return Serdes.serdeFrom(serializer, deserializer);
    }

    /** One value to bytes, or back. */
    static void convert(JsonNode command, ObjectNode answer) throws IOException {
        String topic = command.get("topic").asText();
        Schema schema = new Schema.Parser().parse(command.get("schema").asText());
        try (Serde<GenericRecord> serde = serde(command.get("key").asBoolean(), command.get("whole").asBoolean())) {
            long windowMs = command.get("windowMs").asLong();
            if (command.has("value")) {
                GenericRecord value = fromJson(schema, command.get("value").asText());
                byte[] bytes = windowMs == 0
                    ? serde.serializer().serialize(topic, value)
                    : new TimeWindowedSerializer<>(serde.serializer()).serialize(topic, windowed(value, command, windowMs));
                answer.put("bytes", HexFormat.of().formatHex(bytes));
                return;
            }
            byte[] bytes = HexFormat.of().parseHex(command.get("bytes").asText());
            if (windowMs == 0) {
                answer.put("value", toJson(serde.deserializer().deserialize(topic, bytes)));
                return;
            }
            Windowed<GenericRecord> key =
                new TimeWindowedDeserializer<>(serde.deserializer(), windowMs).deserialize(topic, bytes);
            answer.put("value", toJson(key.key())).put("start", key.window().start());
        }
    }

    private static Windowed<GenericRecord> windowed(GenericRecord key, JsonNode command, long windowMs) {
        long start = command.get("start").asLong();
        return new Windowed<>(key, new org.apache.kafka.streams.kstream.internals.TimeWindow(start, start + windowMs));
    }

    private static GenericRecord fromJson(Schema schema, String json) throws IOException {
        return new GenericDatumReader<GenericRecord>(schema).read(null, DecoderFactory.get().jsonDecoder(schema, json));
    }

    private static String toJson(GenericRecord value) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        JsonEncoder encoder = EncoderFactory.get().jsonEncoder(value.getSchema(), text);
        new GenericDatumWriter<GenericRecord>(value.getSchema()).write(value, encoder);
        encoder.flush();
        return text.toString(StandardCharsets.UTF_8);
    }
}
