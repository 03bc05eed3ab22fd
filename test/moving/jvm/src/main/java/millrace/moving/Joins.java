package millrace.moving;

import static millrace.moving.Applications.TEXT;
import static millrace.moving.Applications.stream;
import static millrace.moving.Applications.table;
import static millrace.moving.Applications.texts;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.StreamJoined;
import org.apache.kafka.streams.kstream.ValueJoiner;
import org.apache.kafka.streams.state.Stores;

/** Applications that join a stream with something else. */
final class Joins {
    private static final ValueJoiner<String, String, String> BOTH = (left, right) -> left + "+" + right;

    private static final JoinWindows WITHIN =
        JoinWindows.ofTimeDifferenceAndGrace(Duration.ofSeconds(4), Duration.ofSeconds(3)).before(Duration.ofSeconds(2));

    private Joins() {
    }

    static void addTo(Map<String, Applications.Application> all) {
        all.put("stream-table-join", (builder, inputs, output) ->
            stream(builder, inputs.get(0))
                .leftJoin(table(builder, inputs.get(1)), BOTH, Joined.with(TEXT, TEXT, TEXT))
                .to(output, texts()));

        all.put("stream-stream-join", (builder, inputs, output) ->
            stream(builder, inputs.get(0))
                .join(stream(builder, inputs.get(1)), BOTH, WITHIN, streamJoined())
                .to(output, texts()));

        all.put("stream-stream-left-join", (builder, inputs, output) ->
            stream(builder, inputs.get(0))
                .leftJoin(stream(builder, inputs.get(1)), BOTH, WITHIN, streamJoined())
                .to(output, texts()));

        all.put("stream-stream-outer-join", (builder, inputs, output) ->
            stream(builder, inputs.get(0))
                .outerJoin(stream(builder, inputs.get(1)), BOTH, WITHIN, streamJoined())
                .to(output, texts()));

        all.put("versioned-join", (builder, inputs, output) ->
            stream(builder, inputs.get(0))
                .join(versioned(builder, inputs.get(1)), BOTH, Joined.with(TEXT, TEXT, TEXT))
                .to(output, texts()));

        all.put("versioned-join-with-grace", (builder, inputs, output) ->
            stream(builder, inputs.get(0))
                .join(
                    versioned(builder, inputs.get(1)),
                    BOTH,
                    Joined.with(TEXT, TEXT, TEXT).withName("at-its-time").withGracePeriod(Duration.ofSeconds(4)))
                .to(output, texts()));
    }

    private static StreamJoined<String, String, String> streamJoined() {
        return StreamJoined.with(TEXT, TEXT, TEXT);
    }

    private static KTable<String, String> versioned(StreamsBuilder builder, String topic) {
        return builder.table(
            topic,
            Consumed.with(TEXT, TEXT),
            Materialized.as(Stores.persistentVersionedKeyValueStore("versions", Duration.ofMinutes(1))));
    }
}
