package millrace.bench;

import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.StateRestoreListener;

/**
 * Runs a workload until a signal, without a cache, so that each order has a result at once. Prints changes of state, and what it
 * restores, in the words of bench/run/serve.ts.
 */
final class Serving {
  private final Properties settings = new Properties();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final long startedAt = System.nanoTime();
  private volatile Throwable failure;

  Serving(
      String brokers,
      String application,
      String guarantee,
      long commitIntervalMs,
      String stateFolder,
      boolean transactionalStores) {
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, stateFolder);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitIntervalMs);
    settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(StreamsConfig.producerPrefix("linger.ms"), "0");
    if (transactionalStores) {
      settings.put("enable.transactional.statestores", true);
    }
  }

  void run(String workload, String input, String output, OrderFormat<?> format) throws Exception {
    var topology = new Workloads<>(format).build(workload, input, output, () -> {});
    KafkaStreams streams = new KafkaStreams(topology, settings);
    streams.setStateListener(
        (now, before) -> {
          say("%.0f ms %s -> %s", (System.nanoTime() - startedAt) / 1e6, before, now);
          if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
            ended.countDown();
          }
        });
    streams.setGlobalStateRestoreListener(
        new StateRestoreListener() {
          @Override
          public void onRestoreStart(TopicPartition from, String store, long start, long end) {
            say("restoring %s %d %d %d", from.topic(), from.partition(), start, end);
          }

          @Override
          public void onBatchRestored(TopicPartition from, String store, long next, long records) {}

          @Override
          public void onRestoreEnd(TopicPartition from, String store, long records) {
            say("restored %s %d %d", from.topic(), from.partition(), records);
          }
        });
    streams.setUncaughtExceptionHandler(
        error -> {
          failure = error;
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
    streams.start();
    ended.await();
    if (failure != null) {
      throw new IllegalStateException("the workload failed", failure);
    }
  }

  private static synchronized void say(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
