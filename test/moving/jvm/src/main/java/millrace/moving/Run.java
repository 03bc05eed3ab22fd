package millrace.moving;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.StateRestoreListener;

/** One application while it runs. */
final class Run {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final AtomicLong restored = new AtomicLong();
    private final String description;
    private final KafkaStreams streams;

    Run(JsonNode command, Consumer<String> failed) {
        List<String> inputs = new ArrayList<>();
        command.get("inputs").forEach(input -> inputs.add(input.asText()));
        Topology topology =
            Applications.build(command.get("application").asText(), inputs, command.get("output").asText());
        description = topology.describe().toString();
        streams = new KafkaStreams(topology, settings(command));
        streams.setUncaughtExceptionHandler(error -> {
            failed.accept(text(error));
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.setGlobalStateRestoreListener(new Counting());
    }

    /** Begins, and gives the description of the topology. */
    String start() {
        streams.start();
        return description;
    }

    boolean close() {
        return streams.close(
            CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(PATIENCE));
    }

    /** Records read from changelogs so far. */
    long restored() {
        return restored.get();
    }

    static String text(Throwable error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    private static Properties settings(JsonNode command) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, command.get("brokers").asText());
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, command.get("applicationId").asText());
        settings.put(StreamsConfig.STATE_DIR_CONFIG, command.get("stateDir").asText());
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        if (command.get("guarantee").asText().equals("exactly-once")) {
            settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        }
        settings.put(StreamsConfig.DSL_STORE_FORMAT_CONFIG, command.get("storeFormat").asText());
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        settings.put(StreamsConfig.POLL_MS_CONFIG, 20);
        settings.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        settings.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        // Every update is emitted, and nothing waits for the wall clock: only then are sequences comparable.
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        settings.put("__emit.interval.ms.kstreams.outer.join.spurious.results.fix__", 0L);
        settings.put("__emit.interval.ms.kstreams.windowed.aggregation__", 0L);
        return settings;
    }

    private final class Counting implements StateRestoreListener {
        @Override
        public void onRestoreStart(TopicPartition partition, String store, long from, long to) {
        }

        @Override
        public void onBatchRestored(TopicPartition partition, String store, long offset, long records) {
            restored.addAndGet(records);
        }

        @Override
        public void onRestoreEnd(TopicPartition partition, String store, long total) {
        }
    }
}
