import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.VersionedKeyValueStore;
import org.apache.kafka.streams.state.VersionedRecord;

/**
 * Puts, deletes and asks at random in versioned stores of Kafka Streams, and writes down what they answer: one file a store,
 * named by its history retention and segment interval. Run it with the jars of test/parity/jvm:
 *
 * java -cp 'test/parity/jvm/target/jars/*' test/golden/versioned-stores/GoldenHistories.java test/golden/versioned-stores
 */
public final class GoldenHistories {
  private static final int STEPS = 1500;
  private static final String[] KEYS = {"a", "b", "c"};

  public static void main(final String[] arguments) throws Exception {
    final Path folder = Path.of(arguments[0]);
    final long[][] stores = {{100, 20}, {100, 33}, {100, 100}, {100, 1000}, {7, 3}, {0, 10}, {100, -1}};
    for (int i = 0; i < stores.length; i++) {
      final long retention = stores[i][0];
      final long interval = stores[i][1];
      final String name = interval < 0 ? retention + ".txt" : retention + "-" + interval + ".txt";
      Files.write(folder.resolve(name), run(retention, interval, new Random(i)));
    }
  }

  private static List<String> run(final long retention, final long interval, final Random random) throws IOException {
    final Path state = Files.createTempDirectory("golden-histories");
    final Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "golden");
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    final MockProcessorContext<Void, Void> context =
        new MockProcessorContext<>(config, new TaskId(0, 0), state.toFile());
    final Duration history = Duration.ofMillis(retention);
    final VersionedKeyValueStore<String, String> store = Stores.versionedKeyValueStoreBuilder(
            interval < 0
                ? Stores.persistentVersionedKeyValueStore("store", history)
                : Stores.persistentVersionedKeyValueStore("store", history, Duration.ofMillis(interval)),
            Serdes.String(), Serdes.String())
        .withLoggingDisabled()
        .build();
    store.init(context.getStateStoreContext(), store);
    final List<String> lines = new ArrayList<>();
    final long reach = retention + 30;
    long now = 1_000;
    for (int step = 0; step < STEPS; step++) {
      final int move = random.nextInt(100);
      if (move < 30) now += random.nextInt(8);
      if (move == 99) now += random.nextInt((int) reach * 2);
      final String key = KEYS[random.nextInt(KEYS.length)];
      final long time = random.nextInt(3) == 0 ? now : Math.max(0, now - random.nextInt((int) reach));
      final int kind = random.nextInt(10);
      if (kind < 4) {
        final String value = random.nextInt(4) == 0 ? null : "v" + step;
        final long put = store.put(key, value, time);
        final String result = put == Long.MIN_VALUE ? "expired" : put == -1 ? "latest" : String.valueOf(put);
        lines.add("put " + key + " " + time + " " + value + " " + result);
      } else if (kind == 4) {
        lines.add("delete " + key + " " + time + " " + shown(store.delete(key, time)));
      } else if (kind == 5) {
        lines.add("get " + key + " " + shown(store.get(key)));
      } else {
        lines.add("asOf " + key + " " + time + " " + shown(store.get(key, time)));
      }
    }
    store.close();
    return lines;
  }

  private static String shown(final VersionedRecord<String> found) {
    // Its end is only told to interactive queries.
    return found == null ? "null" : found.value() + "@" + found.timestamp();
  }
}
