package millrace.moving;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Produced;

/** The applications by name; each is written once more in TypeScript, under test/moving/applications. */
final class Applications {
    static final Serde<String> TEXT = Serdes.String();
    static final Serde<Long> LONG = Serdes.Long();

    private static final Map<String, Application> ALL = new TreeMap<>();

    static {
        WindowedAggregations.addTo(ALL);
        Tables.addTo(ALL);
        Joins.addTo(ALL);
        Processors.addTo(ALL);
        Avro.addTo(ALL);
    }

    private Applications() {
    }

    /** Writes the topology. */
    @FunctionalInterface
    interface Application {
        void write(StreamsBuilder builder, List<String> inputs, String output);
    }

    static Topology build(String name, List<String> inputs, String output) {
        Application application = ALL.get(name);
        if (application == null) {
            throw new IllegalArgumentException("no application " + name + ", only " + ALL.keySet());
        }
        StreamsBuilder builder = new StreamsBuilder();
        application.write(builder, inputs, output);
        return builder.build();
    }

    static KStream<String, String> stream(StreamsBuilder builder, String topic) {
        return builder.stream(topic, Consumed.with(TEXT, TEXT));
    }

    static KTable<String, String> table(StreamsBuilder builder, String topic) {
        return builder.table(topic, Consumed.with(TEXT, TEXT));
    }

    static Grouped<String, String> grouped() {
        return Grouped.with(TEXT, TEXT);
    }

    static Produced<String, String> texts() {
        return Produced.with(TEXT, TEXT);
    }
}
