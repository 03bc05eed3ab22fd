package millrace.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/** One run of one workload over the whole input, measured until its end is committed. */
final class Measurement {
  private static final int OUTPUT_PARTITIONS = 4;

  private final String brokers;
  private final String workload;
  private final String input;
  private final long records;
  private final String guarantee;
  private final long commitIntervalMs;
  private final int threads;
  private final OrderFormat<?> format;

  private final AtomicLong seen = new AtomicLong();
  private final CountDownLatch allSeen = new CountDownLatch(1);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile long firstAt;
  private volatile long lastAt;

  Measurement(
      String brokers,
      String workload,
      String input,
      long records,
      String guarantee,
      long commitIntervalMs,
      int threads,
      OrderFormat<?> format) {
    this.brokers = brokers;
    this.workload = workload;
    this.input = input;
    this.records = records;
    this.guarantee = guarantee;
    this.commitIntervalMs = commitIntervalMs;
    this.threads = threads;
    this.format = format;
  }

  void run() throws Exception {
    String application = "bench-jvm-" + workload + "-" + Long.toString(System.nanoTime(), 36);
    String output = application + "-out";
    Path state = Files.createTempDirectory(application);
    try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, brokers))) {
      admin.createTopics(List.of(new NewTopic(output, OUTPUT_PARTITIONS, (short) 1))).all().get();
      try (KafkaStreams streams =
          new KafkaStreams(topology(output), settings(application, state))) {
        streams.setUncaughtExceptionHandler(
            error -> {
              failure.set(error);
              allSeen.countDown();
              return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            });
        streams.start();
        allSeen.await();
        long committedAt = awaitCommitted(admin, application);
        String line = line(committedAt);
        streams.close(Duration.ofSeconds(20));
        admin.deleteTopics(ownTopics(admin, application)).all().get();
        System.out.println(line);
      }
    } finally {
      delete(state);
    }
  }

  private Topology topology(String output) {
    return new Workloads<>(format).build(workload, input, output, this::seen);
  }

  private Properties settings(String application, Path state) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitIntervalMs);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(StreamsConfig.producerPrefix("linger.ms"), "5");
    return settings;
  }

  private void seen() {
    long count = seen.incrementAndGet();
    if (count == 1) {
      firstAt = System.nanoTime();
    }
    if (count == records) {
      lastAt = System.nanoTime();
      allSeen.countDown();
    }
  }

  private long awaitCommitted(Admin admin, String group) throws Exception {
    while (failure.get() == null) {
      var offsets = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      long committed = 0;
      for (var entry : offsets.entrySet()) {
        if (entry.getKey().topic().equals(input)) {
          committed += entry.getValue().offset();
        }
      }
      if (committed >= records) {
        return System.nanoTime();
      }
      Thread.sleep(20);
    }
    throw new IllegalStateException("the workload failed", failure.get());
  }

  private String line(long committedAt) throws IOException {
    var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return String.format(
        Locale.ROOT,
        "jvm %s %s threads=%d processed %.0f rec/s, committed %.0f rec/s, took %.2f s, cpu %.1f s, rss %d MB",
        workload,
        guarantee,
        threads,
        records / ((lastAt - firstAt) / 1e9),
        records / ((committedAt - firstAt) / 1e9),
        (committedAt - firstAt) / 1e9,
        system.getProcessCpuTime() / 1e9,
        peakResidentMegabytes());
  }

  /** Linux tells; elsewhere 0. */
  private static long peakResidentMegabytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
      }
    }
    return 0;
  }

  private static List<String> ownTopics(Admin admin, String application) throws Exception {
    return admin.listTopics().names().get().stream().filter(name -> name.startsWith(application)).toList();
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
