package millrace.moving;

import static millrace.moving.Applications.LONG;
import static millrace.moving.Applications.TEXT;
import static millrace.moving.Applications.grouped;
import static millrace.moving.Applications.stream;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.kstream.EmitStrategy;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.kstream.SlidingWindows;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.Suppressed.BufferConfig;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.kstream.WindowedSerdes;
import org.apache.kafka.streams.state.WindowStore;

/** Applications that aggregate by key and time. */
final class WindowedAggregations {
    private static final Duration SIZE = Duration.ofSeconds(10);
    private static final Duration ADVANCE = Duration.ofSeconds(5);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private WindowedAggregations() {
    }

    static void addTo(Map<String, Applications.Application> all) {
        all.put("windowed-count", (builder, inputs, output) ->
            stream(builder, inputs.get(0))
                .groupByKey(grouped())
                .windowedBy(TimeWindows.ofSizeAndGrace(SIZE, GRACE).advanceBy(ADVANCE))
                .count(Materialized.as("counts"))
                .toStream()
                .to(output, Produced.with(timeWindowed(SIZE), LONG)));

        all.put("session-aggregate", (builder, inputs, output) ->
            stream(builder, inputs.get(0))
                .groupByKey(grouped())
                .windowedBy(SessionWindows.ofInactivityGapAndGrace(Duration.ofSeconds(3), Duration.ofSeconds(2)))
                .aggregate(
                    () -> "",
                    (key, value, sum) -> sum + "," + value,
                    (key, one, other) -> one + "|" + other,
                    Materialized.as("sessions"))
                .toStream()
                .to(output, Produced.with(WindowedSerdes.sessionWindowedSerdeFrom(String.class), TEXT)));

        all.put("sliding-aggregate", (builder, inputs, output) ->
            stream(builder, inputs.get(0))
                .groupByKey(grouped())
                .windowedBy(SlidingWindows.ofTimeDifferenceAndGrace(Duration.ofSeconds(4), Duration.ofSeconds(3)))
                .aggregate(() -> "", (key, value, sum) -> sum + "," + value, Materialized.as("slides"))
                .toStream()
                .to(output, Produced.with(timeWindowed(Duration.ofSeconds(4)), TEXT)));

        all.put("emit-on-window-close", (builder, inputs, output) ->
            stream(builder, inputs.get(0))
                .groupByKey(grouped())
                .windowedBy(TimeWindows.ofSizeAndGrace(SIZE, GRACE))
                .emitStrategy(EmitStrategy.onWindowClose())
                .count(Materialized.as("counts"))
                .toStream()
                .to(output, Produced.with(timeWindowed(SIZE), LONG)));

        all.put("suppress-until-window-closes", (builder, inputs, output) ->
            stream(builder, inputs.get(0))
                .groupByKey(grouped())
                .windowedBy(TimeWindows.ofSizeAndGrace(SIZE, GRACE))
                .count(Materialized.as("counts"))
                .suppress(Suppressed.untilWindowCloses(BufferConfig.unbounded()).withName("final"))
                .toStream()
                .to(output, Produced.with(timeWindowed(SIZE), LONG)));

        all.put("cogroup-windowed", (builder, inputs, output) ->
            stream(builder, inputs.get(0))
                .groupByKey(grouped())
                .<String>cogroup((key, value, sum) -> sum + "<" + value)
                .cogroup(
                    stream(builder, inputs.get(1)).groupByKey(grouped()),
                    (key, value, sum) -> sum + ">" + value)
                .windowedBy(TimeWindows.ofSizeAndGrace(SIZE, GRACE))
                .aggregate(() -> "", both())
                .toStream()
                .to(output, Produced.with(timeWindowed(SIZE), TEXT)));
    }

    private static Materialized<String, String, WindowStore<Bytes, byte[]>> both() {
        return Materialized.<String, String, WindowStore<Bytes, byte[]>>as("both").withKeySerde(TEXT).withValueSerde(TEXT);
    }

    private static Serde<Windowed<String>> timeWindowed(Duration size) {
        return WindowedSerdes.timeWindowedSerdeFrom(String.class, size.toMillis());
    }
}
