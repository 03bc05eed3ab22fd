import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Kafka's own clients as a witness:
 *   produce BROKERS COUNT CODEC=TOPIC...   writes records 0 to COUNT - 1 to each topic, partitions by its own choice
 *   consume BROKERS COUNT TOPIC...         reads partition 0 of each, prints "topic offset timestamp key value headers"
 */
public class WireWitness {
  public static void main(String[] arguments) throws Exception {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", arguments[1]);
    int count = Integer.parseInt(arguments[2]);
    for (int i = 3; i < arguments.length; i++) {
      if (arguments[0].equals("produce")) {
        String[] target = arguments[i].split("=");
        properties.put("compression.type", target[0]);
        produce(properties, count, target[1]);
      } else {
        consume(properties, count, arguments[i]);
      }
    }
  }

  static void produce(Properties properties, int count, String topic) {
    properties.put("linger.ms", "200");
    properties.put("batch.size", "200000");
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < count; i++) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, null, 1700000000000L + i,
            bytes("key-" + i), i % 10 == 9 ? null : bytes("value " + i + " of many".repeat(5)));
        if (i % 4 == 0) record.headers().add("n", bytes("" + i)).add("empty", null).add("n", bytes("again"));
        producer.send(record);
      }
    }
  }

  static void consume(Properties properties, int count, String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      StringBuilder lines = new StringBuilder();
      long giveUp = System.currentTimeMillis() + 20_000;
      for (int seen = 0; seen < count && System.currentTimeMillis() < giveUp; ) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          List<String> headers = new ArrayList<>();
          for (Header header : record.headers()) headers.add(header.key() + ":" + text(header.value()));
          lines.append(String.join("\t", topic, "" + record.offset(), "" + record.timestamp(),
              text(record.key()), text(record.value()), String.join(",", headers))).append('\n');
          seen++;
        }
      }
      System.out.print(lines);
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] bytes) {
    return bytes == null ? "null" : new String(bytes, StandardCharsets.UTF_8);
  }
}
