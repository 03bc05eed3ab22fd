package millrace.bench;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Offers orders at a steady rate and takes the time until each one's result can be read. Whoever answers must give one result for each
 * order, in order for each user: the n-th result of a user is that of the user's n-th order.
 */
final class Probe {
  /** Longer than any pause that is worth a figure: what has not come by then is told as missing. */
  private static final long LAST_RESULT_NANOS = 60_000_000_000L;

  private static final long WARM_UP_SECONDS = 5;
  /** Whose only order is sent first: once it is answered, tasks process. */
  private static final String FIRST_USER = "first";

  private static final long FIRST_ANSWER_SECONDS = 120;
  private static final long PENDING = -1;

  private record Sent(int number, long at) {}

  private final String brokers;
  private final int rate;
  private final int orders;
  private final int warmUp;
  private final int users;
  private final Map<String, Queue<Sent>> open = new HashMap<>();
  /** By number of the order, ns. */
  private final long[] taken;

  private final CountDownLatch answering = new CountDownLatch(1);

  private volatile long lastSentAt = Long.MAX_VALUE;

  Probe(String brokers, int rate, int seconds, int users) {
    this.brokers = brokers;
    this.rate = rate;
    this.orders = rate * seconds;
    this.warmUp = (int) (rate * Math.min(WARM_UP_SECONDS, seconds / 3));
    this.users = users;
    this.taken = new long[orders];
    Arrays.fill(taken, PENDING);
  }

  void run(String input, String output, String isolation, OrderFormat<?> format) throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    AtomicReference<Exception> failure = new AtomicReference<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                read(output, isolation, reading);
              } catch (Exception error) {
                failure.set(error);
                reading.countDown();
              }
            });
    reader.start();
    reading.await();
    try {
      if (failure.get() == null) {
        send(input, format);
      }
    } finally {
      lastSentAt = System.nanoTime();
      reader.join();
    }
    if (failure.get() != null) {
      throw failure.get();
    }
    System.out.println(line());
  }

  private void read(String output, String isolation, CountDownLatch reading) {
    Properties settings = new Properties();
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "5");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(output).stream()
              .map(one -> new TopicPartition(output, one.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToEnd(partitions);
      partitions.forEach(consumer::position);
      reading.countDown();
      int left = orders;
      while (left > 0 && System.nanoTime() - lastSentAt < LAST_RESULT_NANOS) {
        var results = consumer.poll(Duration.ofMillis(20));
        long now = System.nanoTime();
        synchronized (open) {
          for (var result : results) {
            Queue<Sent> ofUser = open.get(result.key());
            Sent sent = ofUser == null ? null : ofUser.poll();
            if (result.key().equals(FIRST_USER)) {
              answering.countDown();
            }
            if (sent != null) {
              taken[sent.number()] = now - sent.at();
              left--;
            }
          }
        }
      }
    }
  }

  private <T> void send(String input, OrderFormat<T> format) throws InterruptedException {
    Properties settings = new Properties();
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, "0");
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    SplittableRandom random = new SplittableRandom(1);
    try (var producer = new KafkaProducer<>(settings, new StringSerializer(), format.serde().serializer())) {
      producer.send(new ProducerRecord<>(input, FIRST_USER, format.order(FIRST_USER, 0, "item-1", 1.25, "DE")));
      if (!answering.await(FIRST_ANSWER_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the first order had no answer");
      }
      long begin = System.nanoTime();
      for (int number = 0; number < orders; number++) {
        long due = begin + number * 1_000_000_000L / rate;
        for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
          LockSupport.parkNanos(wait);
        }
        String user = "user-" + random.nextInt(users);
        synchronized (open) {
          open.computeIfAbsent(user, unknown -> new ArrayDeque<>()).add(new Sent(number, System.nanoTime()));
        }
        producer.send(new ProducerRecord<>(input, user, format.order(user, number, "item-1", 1.25, "DE")));
      }
    }
  }

  private String line() {
    long[] measured = Arrays.stream(taken, warmUp, orders).filter(time -> time != PENDING).sorted().toArray();
    long answered = Arrays.stream(taken).filter(time -> time != PENDING).count();
    return String.format(
        Locale.ROOT,
        "latency rate=%d answered %d of %d, p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms, max %.1f ms",
        rate,
        answered,
        orders,
        at(measured, 0.5),
        at(measured, 0.99),
        at(measured, 0.999),
        at(measured, 1));
  }

  /** The share of the orders that took no longer, ms. */
  private static double at(long[] sorted, double share) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return sorted[Math.min(sorted.length - 1, (int) (sorted.length * share))] / 1e6;
  }
}
