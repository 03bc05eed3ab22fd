package millrace.moving;

import static millrace.moving.Applications.LONG;
import static millrace.moving.Applications.TEXT;
import static millrace.moving.Applications.grouped;
import static millrace.moving.Applications.stream;
import static millrace.moving.Applications.table;
import static millrace.moving.Applications.texts;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.Suppressed.BufferConfig;
import org.apache.kafka.streams.state.KeyValueStore;

/** Applications of tables: aggregated, joined with each other, held back. A value of an input is `<group>:<number>`. */
final class Tables {
    private Tables() {
    }

    static void addTo(Map<String, Applications.Application> all) {
        all.put("count-by-group", (builder, inputs, output) ->
            stream(builder, inputs.get(0))
                .filter((key, value) -> value != null)
                .groupBy((key, value) -> group(value), grouped())
                .count(Materialized.as("counts"))
                .toStream()
                .to(output, Produced.with(TEXT, LONG)));

        all.put("table-group-by", (builder, inputs, output) ->
            table(builder, inputs.get(0))
                .groupBy((key, value) -> KeyValue.pair(group(value), number(value)), Grouped.with(TEXT, LONG))
                .aggregate(
                    () -> 0L,
                    (key, value, sum) -> sum + value,
                    (key, value, sum) -> sum - value,
                    Materialized.<String, Long, KeyValueStore<Bytes, byte[]>>as("sums")
                        .withKeySerde(TEXT)
                        .withValueSerde(LONG))
                .toStream()
                .to(output, Produced.with(TEXT, LONG)));

        all.put("table-table-join", (builder, inputs, output) ->
            table(builder, inputs.get(0))
                .outerJoin(table(builder, inputs.get(1)), (left, right) -> left + "+" + right, store("joined"))
                .toStream()
                .to(output, texts()));

        all.put("foreign-key-join", (builder, inputs, output) ->
            table(builder, inputs.get(0))
                .leftJoin(
                    table(builder, inputs.get(1)),
                    (key, value) -> group(value),
                    (left, right) -> left + "+" + right,
                    store("joined"))
                .toStream()
                .to(output, texts()));

        all.put("suppress-time-limit", (builder, inputs, output) ->
            stream(builder, inputs.get(0))
                .groupByKey(grouped())
                .count(Materialized.as("counts"))
                .suppress(Suppressed.untilTimeLimit(Duration.ofSeconds(7), BufferConfig.unbounded()).withName("slow"))
                .toStream()
                .to(output, Produced.with(TEXT, LONG)));
    }

    private static Materialized<String, String, KeyValueStore<Bytes, byte[]>> store(String name) {
        return Materialized.<String, String, KeyValueStore<Bytes, byte[]>>as(name)
            .withKeySerde(TEXT)
            .withValueSerde(TEXT);
    }

    private static String group(String value) {
        return value.substring(0, value.indexOf(':'));
    }

    private static long number(String value) {
        return Long.parseLong(value.substring(value.indexOf(':') + 1));
    }
}
