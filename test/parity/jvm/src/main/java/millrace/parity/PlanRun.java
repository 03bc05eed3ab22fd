package millrace.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;
import org.apache.kafka.streams.test.TestRecord;

/** Builds one plan and runs it in the topology test driver. */
final class PlanRun {
    private static final String APPLICATION = "parity";

    /** Least wall time between two emissions of what time has made final. */
    private static final List<String> EMISSIONS = List.of(
        StreamsConfig.InternalConfig.EMIT_INTERVAL_MS_KSTREAMS_OUTER_JOIN_SPURIOUS_RESULTS_FIX,
        StreamsConfig.InternalConfig.EMIT_INTERVAL_MS_KSTREAMS_WINDOWED_AGGREGATION);

    private final JsonNode plan;
    private final List<Map<String, Object>> records = new ArrayList<>();
    private final Set<String> passedOver = new LinkedHashSet<>();

    PlanRun(JsonNode plan) {
        this.plan = plan;
    }

    Map<String, Object> answer() throws IOException {
        Path folder = Files.createTempDirectory("millrace-parity");
        try {
            return answerIn(folder);
        } finally {
            remove(folder);
        }
    }

    private Map<String, Object> answerIn(Path folder) throws IOException {
        Properties config = config(folder);
        Witness witness = new Witness(folder);
        Topology topology;
        TopologyTestDriver driver;
        try {
            topology = new PlanBuilder(plan, witness).build(config);
            driver = new TopologyTestDriver(topology, config, Instant.EPOCH);
        } catch (Exception refusal) {
            Map<String, Object> refused = answer("", new Witness(folder));
            refused.put("refused", Text.ofError(refusal));
            return refused;
        }
        Map<String, Object> answer = answer(topology.describe().toString(), witness);
        boolean died = false;
        try {
            int index = 0;
            for (JsonNode input : plan.get("inputs")) {
                witness.at = index;
                try {
                    give(driver, input);
                } catch (Exception death) {
                    answer.put("died", Map.of("input", index, "error", Text.ofError(death)));
                    died = true;
                    break;
                }
                takeRecords(driver, index);
                index++;
            }
            if (!died) {
                answer.put("stores", Stores.dump(driver.getAllStateStores(), new Histories(plan, records)));
                answer.put("dropped", dropped(driver));
            }
        } finally {
            close(driver, died);
        }
        answer.put("printed", witness.printed());
        return answer;
    }

    private Map<String, Object> answer(String description, Witness witness) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("describe", description);
        answer.put("records", records);
        answer.put("seen", witness.seen);
        answer.put("printed", Map.of());
        answer.put("stores", Map.of());
        answer.put("dropped", 0);
        answer.put("passedOver", passedOver);
        return answer;
    }

    private Properties config(Path folder) {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION);
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        config.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        config.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        config.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, plan.get("cacheBytes").asLong());
        config.put(StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG, optimization());
        for (String emission : EMISSIONS) {
            config.put(emission, plan.path("emitInterval").asLong(0));
        }
        if (plan.has("storeFormat")) {
            config.put(StreamsConfig.DSL_STORE_FORMAT_CONFIG, plan.get("storeFormat").asText());
        }
        if (plan.path("onError").asText().equals("continue")) {
            config.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, PassingOver.class);
            config.put(PassingOver.NOTES, passedOver);
        }
        if (plan.path("onUndecodable").asText().equals("continue")) {
            config.put(
                StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndContinueExceptionHandler.class);
        }
        return config;
    }

    private String optimization() {
        JsonNode optimize = plan.get("optimize");
        if (optimize.isTextual()) {
            return optimize.asText().equals("none") ? StreamsConfig.NO_OPTIMIZATION : StreamsConfig.OPTIMIZE;
        }
        StringJoiner joined = new StringJoiner(",");
        optimize.forEach(one -> joined.add(one.asText()));
        return joined.toString();
    }

    private static void give(TopologyTestDriver driver, JsonNode input) {
        if (input.has("advance")) {
            driver.advanceWallClockTime(Duration.ofMillis(input.get("advance").asLong()));
            return;
        }
        Headers headers = new RecordHeaders();
        for (JsonNode header : input.path("headers")) {
            JsonNode content = header.get(1);
            headers.add(
                header.get(0).asText(),
                content.isNull() ? null : content.asText().getBytes(StandardCharsets.UTF_8));
        }
        driver.createInputTopic(input.get("topic").asText(), new ByteArraySerializer(), new ByteArraySerializer())
            .pipeInput(new TestRecord<>(
                bytes(input.get("key")), bytes(input.get("value")), headers, input.get("time").asLong()));
    }

    private static byte[] bytes(JsonNode value) {
        if (value.isNull()) {
            return null;
        }
        if (value.isObject()) {
            return HexFormat.of().parseHex(value.get("hex").asText());
        }
        return value.isTextual()
            ? Serdes.String().serializer().serialize("input", value.asText())
            : Serdes.Long().serializer().serialize("input", value.asLong());
    }

    private void takeRecords(TopologyTestDriver driver, int index) {
        for (String topic : driver.producedTopicNames()) {
            List<TestRecord<byte[], byte[]>> written = driver
                .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
            for (TestRecord<byte[], byte[]> record : written) {
                Map<String, Object> shown = new LinkedHashMap<>();
                shown.put("input", index);
                shown.put("topic", topic);
                shown.put("key", Text.ofBytes(record.key()));
                shown.put("value", Text.ofBytes(record.value()));
                shown.put("time", record.timestamp());
                List<String[]> headers = new ArrayList<>();
                for (Header header : record.headers()) {
                    headers.add(new String[] {header.key(), Text.ofBytes(header.value())});
                }
                shown.put("headers", headers);
                records.add(shown);
            }
        }
    }

    private static long dropped(TopologyTestDriver driver) {
        double total = 0;
        for (Map.Entry<MetricName, ? extends Metric> metric : driver.metrics().entrySet()) {
            if (metric.getKey().name().equals("dropped-records-total")) {
                total += (Double) metric.getValue().metricValue();
            }
        }
        return (long) total;
    }

    /** After a death closing may fail as well, for the same reason, which is known by then. */
    private static void close(TopologyTestDriver driver, boolean died) {
        try {
            driver.close();
        } catch (RuntimeException failure) {
            if (!died) {
                throw failure;
            }
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> inside = Files.walk(folder)) {
            for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
