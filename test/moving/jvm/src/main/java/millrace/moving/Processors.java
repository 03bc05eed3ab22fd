package millrace.moving;

import static millrace.moving.Applications.LONG;
import static millrace.moving.Applications.TEXT;
import static millrace.moving.Applications.stream;
import static millrace.moving.Applications.texts;

import java.util.Map;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** Applications with a processor and a store of the user's own. */
final class Processors {
    private Processors() {
    }

    static void addTo(Map<String, Applications.Application> all) {
        all.put("processor-with-store", (builder, inputs, output) -> {
            builder.addStateStore(
                Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore("seen"), TEXT, LONG));
            stream(builder, inputs.get(0)).process(Counting::new, "seen").to(output, texts());
        });
    }

    /** Counts the records of a key; every fifth is told with its number and begins the count anew. */
    private static final class Counting extends ContextualProcessor<String, String, String, String> {
        private KeyValueStore<String, Long> seen;

        @Override
        public void init(ProcessorContext<String, String> context) {
            super.init(context);
            seen = context.getStateStore("seen");
        }

        @Override
        public void process(Record<String, String> record) {
            if (record.key() == null) {
                return;
            }
            Long before = seen.get(record.key());
            long count = before == null ? 1 : before + 1;
            if (count < 5) {
                seen.put(record.key(), count);
                return;
            }
            seen.delete(record.key());
            context().forward(record.withValue(record.value() + "#" + count));
        }
    }
}
