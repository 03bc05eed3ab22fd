import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Kafka's own consumer and admin client, told what to do by lines on standard input. It reads committed, from the beginning of
 * all partitions it was told of, and prints each record as it comes to be seen:
 *   R TOPIC PARTITION OFFSET TIMESTAMP KEY VALUE      key and value in base64, "-" for null
 * Commands begin with a number that the answer repeats, "A NUMBER RESULT" or "F NUMBER REASON":
 *   watch TOPIC...            reads these as well; forget: reads none any more
 *   end                       answers when all that is committed now was printed
 *   open TOPIC...             partitions, as TOPIC-PARTITION, where records wait for a transaction to end
 *   lead BROKER TOPIC:PARTITION...   makes that broker the leader, where it has a copy
 *   delete TOPIC PARTITION OFFSET    deletes the records before that offset
 *   fence PREFIX N            ends what one of the transactional ids with that prefix has open, and fences its producer
 *   feature NAME LEVEL        finalizes a feature of the cluster at that level
 *   committed GROUP           TOPIC:PARTITION=OFFSET of all that the group has committed
 *   ends TOPIC...             TOPIC:PARTITION=OFFSET, the ends of the logs
 */
public class Witness {
  static final PrintStream OUT = new PrintStream(System.out, false, StandardCharsets.UTF_8);
  static final LinkedBlockingQueue<String[]> READING = new LinkedBlockingQueue<>();
  static final LinkedBlockingQueue<String[]> ADMIN = new LinkedBlockingQueue<>();
  static final Set<String> OF_READER = Set.of("watch", "forget", "end");
  static final int WAIT_SECONDS = 20;

  public static void main(String[] arguments) throws Exception {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", arguments[0]);
    properties.put("client.id", "witness");
    properties.put("metadata.max.age.ms", "2000");
    properties.put("reconnect.backoff.max.ms", "500");
    properties.put("default.api.timeout.ms", "" + WAIT_SECONDS * 1000);
    properties.put("request.timeout.ms", "5000");
    daemon(() -> administer(properties));
    daemon(() -> read(properties));
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ");
      (OF_READER.contains(words[1]) ? READING : ADMIN).put(words);
    }
    System.exit(0);
  }

  interface Work {
    void run() throws Exception;
  }

  /** Nothing is witnessed any more when one of them ends. */
  static void daemon(Work work) {
    Thread thread = new Thread(() -> {
      try {
        work.run();
      } catch (Throwable problem) {
        problem.printStackTrace();
        System.exit(1);
      }
    });
    thread.setDaemon(true);
    thread.start();
  }

  static void answer(String letter, String[] words, String result) {
    synchronized (OUT) {
      OUT.println(letter + " " + words[0] + " " + result);
      OUT.flush();
    }
  }

  // --- reading

  static void read(Properties given) throws Exception {
    Properties properties = new Properties();
    properties.putAll(given);
    properties.put("isolation.level", "read_committed");
    properties.put("auto.offset.reset", "earliest");
    properties.put("enable.auto.commit", "false");
    properties.put("fetch.max.wait.ms", "250");
    properties.put("max.poll.records", "2000");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      Set<TopicPartition> assigned = new HashSet<>();
      String[] ending = null;
      Map<TopicPartition, Long> ends = Map.of();
      for (;;) {
        String[] words = ending == null ? (assigned.isEmpty() ? READING.take() : READING.poll()) : null;
        if (words != null) {
          try {
            if (words[1].equals("watch")) {
              for (int i = 2; i < words.length; i++) assigned.addAll(partitions(consumer, words[i]));
              consumer.assign(assigned);
              answer("A", words, "" + assigned.size());
            } else if (words[1].equals("forget")) {
              assigned.clear();
              consumer.assign(assigned);
              answer("A", words, "0");
            } else {
              ends = consumer.endOffsets(assigned);
              ending = words;
            }
          } catch (RuntimeException problem) {
            answer("F", words, oneLine(problem));
          }
          if (assigned.isEmpty()) continue;
        }
        boolean some = false;
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          some = true;
          synchronized (OUT) {
            OUT.println("R " + record.topic() + " " + record.partition() + " " + record.offset() + " "
                + record.timestamp() + " " + text(record.key()) + " " + text(record.value()));
          }
        }
        if (some) synchronized (OUT) { OUT.flush(); }
        if (ending != null && reached(consumer, ends)) {
          answer("A", ending, "read");
          ending = null;
        }
      }
    }
  }

  static boolean reached(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      try {
        if (consumer.position(end.getKey(), Duration.ofSeconds(1)) < end.getValue()) return false;
      } catch (org.apache.kafka.common.errors.TimeoutException later) {
        return false;
      }
    }
    return true;
  }

  static List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer, String topic) {
    List<TopicPartition> found = new ArrayList<>();
    long giveUp = System.currentTimeMillis() + WAIT_SECONDS * 1000;
    while (found.isEmpty()) {
      for (PartitionInfo info : consumer.partitionsFor(topic)) found.add(new TopicPartition(topic, info.partition()));
      if (found.isEmpty() && System.currentTimeMillis() > giveUp) throw new IllegalStateException("there is no topic " + topic);
    }
    return found;
  }

  static String text(byte[] bytes) {
    return bytes == null ? "-" : Base64.getEncoder().encodeToString(bytes) + "=";
  }

  // --- administering

  static void administer(Properties properties) throws Exception {
    try (Admin admin = Admin.create(properties)) {
      for (;;) {
        String[] words = ADMIN.take();
        try {
          answer("A", words, administer(admin, words));
        } catch (Exception problem) {
          answer("F", words, oneLine(problem));
        }
      }
    }
  }

  static String administer(Admin admin, String[] words) throws Exception {
    List<String> rest = List.of(words).subList(2, words.length);
    switch (words[1]) {
      case "open": return open(admin, rest);
      case "lead": return lead(admin, Integer.parseInt(words[2]), rest.subList(1, rest.size()));
      case "delete":
        admin.deleteRecords(Map.of(new TopicPartition(words[2], Integer.parseInt(words[3])),
            RecordsToDelete.beforeOffset(Long.parseLong(words[4])))).all().get(WAIT_SECONDS, TimeUnit.SECONDS);
        return words[4];
      case "fence": {
        List<String> ids = new ArrayList<>();
        admin.listTransactions().all().get(WAIT_SECONDS, TimeUnit.SECONDS).forEach(one -> {
          if (one.transactionalId().startsWith(words[2])) ids.add(one.transactionalId());
        });
        if (ids.isEmpty()) return "nobody";
        Collections.sort(ids);
        String id = ids.get(Integer.parseInt(words[3]) % ids.size());
        admin.fenceProducers(List.of(id)).all().get(WAIT_SECONDS, TimeUnit.SECONDS);
        return id;
      }
      case "feature":
        admin.updateFeatures(Map.of(words[2], new FeatureUpdate(Short.parseShort(words[3]), FeatureUpdate.UpgradeType.UPGRADE)),
            new UpdateFeaturesOptions()).all().get(WAIT_SECONDS, TimeUnit.SECONDS);
        return words[3];
      case "committed": {
        List<String> found = new ArrayList<>();
        admin.listConsumerGroupOffsets(words[2]).partitionsToOffsetAndMetadata().get(WAIT_SECONDS, TimeUnit.SECONDS)
            .forEach((partition, offset) -> {
              if (offset != null) found.add(name(partition) + "=" + offset.offset());
            });
        return String.join(" ", found);
      }
      case "ends": {
        List<String> found = new ArrayList<>();
        ends(admin, partitions(admin, rest), IsolationLevel.READ_UNCOMMITTED)
            .forEach((partition, end) -> found.add(name(partition) + "=" + end.offset()));
        return String.join(" ", found);
      }
      default: throw new IllegalArgumentException("no command " + words[1]);
    }
  }

  static String open(Admin admin, List<String> topics) throws Exception {
    Set<TopicPartition> partitions = partitions(admin, topics);
    Map<TopicPartition, ListOffsetsResultInfo> committed = ends(admin, partitions, IsolationLevel.READ_COMMITTED);
    List<String> open = new ArrayList<>();
    ends(admin, partitions, IsolationLevel.READ_UNCOMMITTED).forEach((partition, end) -> {
      if (committed.get(partition).offset() < end.offset()) open.add(name(partition));
    });
    return String.join(" ", open);
  }

  static Set<TopicPartition> partitions(Admin admin, Collection<String> topics) throws Exception {
    Set<TopicPartition> partitions = new HashSet<>();
    admin.describeTopics(topics).allTopicNames().get(WAIT_SECONDS, TimeUnit.SECONDS).forEach((topic, description) ->
        description.partitions().forEach(one -> partitions.add(new TopicPartition(topic, one.partition()))));
    return partitions;
  }

  static Map<TopicPartition, ListOffsetsResultInfo> ends(Admin admin, Set<TopicPartition> partitions, IsolationLevel isolation)
      throws Exception {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (TopicPartition partition : partitions) latest.put(partition, OffsetSpec.latest());
    return admin.listOffsets(latest, new ListOffsetsOptions(isolation)).all().get(WAIT_SECONDS, TimeUnit.SECONDS);
  }

  /** First in the list of copies, then elected: nothing is copied, and no broker goes away. */
  static String lead(Admin admin, int broker, List<String> wanted) throws Exception {
    Map<TopicPartition, Optional<NewPartitionReassignment>> orders = new HashMap<>();
    Set<String> topics = new HashSet<>();
    Set<TopicPartition> partitions = new HashSet<>();
    for (String one : wanted) {
      int colon = one.lastIndexOf(':');
      topics.add(one.substring(0, colon));
      partitions.add(new TopicPartition(one.substring(0, colon), Integer.parseInt(one.substring(colon + 1))));
    }
    admin.describeTopics(topics).allTopicNames().get(WAIT_SECONDS, TimeUnit.SECONDS).forEach((topic, description) ->
        description.partitions().forEach(one -> {
          TopicPartition partition = new TopicPartition(topic, one.partition());
          List<Integer> copies = new ArrayList<>();
          one.replicas().forEach(node -> copies.add(node.id()));
          if (!partitions.contains(partition) || !copies.remove((Integer) broker)) return;
          copies.add(0, broker);
          orders.put(partition, Optional.of(new NewPartitionReassignment(copies)));
        }));
    admin.alterPartitionReassignments(orders).all().get(WAIT_SECONDS, TimeUnit.SECONDS);
    int moved = 0;
    for (Optional<Throwable> problem : admin.electLeaders(ElectionType.PREFERRED, orders.keySet()).partitions()
        .get(WAIT_SECONDS, TimeUnit.SECONDS).values()) {
      if (problem.isEmpty()) moved++;
    }
    return "" + moved;
  }

  static String name(TopicPartition partition) {
    return partition.topic() + ":" + partition.partition();
  }

  static String oneLine(Throwable problem) {
    return ("" + problem).replace('\n', ' ');
  }
}
