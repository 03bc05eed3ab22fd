package millrace.bench;

import java.util.Properties;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Orders, keyed by user. The same seed gives the same orders in the same sequence:
 *
 * <ul>
 *   <li>users are skewed: the square of a uniform number picks one of them, so that a tenth of the users places about a
 *       third of the orders; or they come in turn, which leaves none out;
 *   <li>event time advances by 0 to 2 ms an order, and each timestamp lies up to 199 ms behind it.
 * </ul>
 */
final class Orders {
  /** Event time of the first order: a fixed day, so that windows fall alike in every run. */
  private static final long FIRST_TIMESTAMP = 1_767_225_600_000L;

  private static final String[] COUNTRIES = {"BR", "CN", "DE", "FR", "GB", "IN", "JP", "US"};
  private static final int ITEMS = 1_000;
  private static final int LATEST_MS = 200;

  private final SplittableRandom random;
  private final int users;
  private final boolean inTurn;

  Orders(long seed, int users, boolean inTurn) {
    this.inTurn = inTurn;
    this.random = new SplittableRandom(seed);
    this.users = users;
  }

  <T> void fill(String brokers, String topic, long records, OrderFormat<T> format) {
    Properties settings = new Properties();
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, "10");
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, "65536");
    AtomicReference<Exception> failure = new AtomicReference<>();
    try (var producer = new KafkaProducer<>(settings, new StringSerializer(), format.serde().serializer())) {
      long time = FIRST_TIMESTAMP;
      for (long id = 0; id < records && failure.get() == null; id++) {
        double uniform = random.nextDouble();
        String user = "user-" + (inTurn ? id % users : (long) (users * uniform * uniform));
        time += random.nextInt(3);
        long timestamp = time - random.nextInt(LATEST_MS);
        producer.send(
            new ProducerRecord<>(topic, null, timestamp, user, order(id, user, format)),
            (sent, error) -> {
              if (error != null) {
                failure.compareAndSet(null, error);
              }
            });
      }
    }
    if (failure.get() != null) {
      throw new IllegalStateException("could not write to " + topic, failure.get());
    }
  }

  private <T> T order(long id, String user, OrderFormat<T> format) {
    int item = random.nextInt(ITEMS);
    double amount = random.nextInt(100_000) / 100.0;
    String country = COUNTRIES[random.nextInt(COUNTRIES.length)];
    return format.order(user, id, "item-" + item, amount, country);
  }
}
