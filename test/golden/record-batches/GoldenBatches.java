import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.RecordBatch;

/**
 * Writes the record batches of this folder with Kafka's own library, as bytes that ours must read alike.
 * Needs kafka-clients and its codecs on the class path, for instance the jars that the local Kafka launcher keeps:
 *   java -cp "$HOME/.cache/millrace/kafka-4.4.0/*" GoldenBatches.java <folder>
 * golden-batches.ts describes the same records for the tests.
 */
public class GoldenBatches {
  static Path folder;

  public static void main(String[] arguments) throws Exception {
    folder = Path.of(arguments[0]);
    for (Compression codec : List.of(
        Compression.NONE, Compression.gzip().build(), Compression.snappy().build(), Compression.lz4().build(), Compression.zstd().build())) {
      for (int count : new int[] {3, 300}) {
        MemoryRecordsBuilder builder = MemoryRecords.builder(
            ByteBuffer.allocate(1024), RecordBatch.MAGIC_VALUE_V2, codec, TimestampType.CREATE_TIME, 100L);
        for (int i = 0; i < count; i++) {
          byte[] key = i % 5 == 1 ? null : bytes("key-" + i % 97);
          byte[] value = i % 7 == 2 ? null : bytes("{\"user\":\"u" + i * 7919 % 1000 + "\",\"amount\":" + i * 31 % 997 + "}");
          Header[] headers = i % 3 != 0 ? new Header[0] : new Header[] {
            new RecordHeader("trace", bytes("t" + i)), new RecordHeader("été", null), new RecordHeader("trace", new byte[0])};
          builder.append(1700000000000L + (i % 2 == 0 ? i : -i), key, value, headers);
        }
        write(codec.type().name + "-" + count, builder.build());
      }
    }
    MemoryRecordsBuilder far = MemoryRecords.builder(
        ByteBuffer.allocate(1024), RecordBatch.MAGIC_VALUE_V2, Compression.NONE, TimestampType.CREATE_TIME, 1L << 40);
    for (long timestamp : new long[] {1700000000000L, 0L, 1700000000000L + (1L << 33), 1700000003000L, 1700050000000L}) {
      far.append(timestamp, null, bytes(Long.toString(timestamp)));
    }
    write("far-apart", far.build());

    MemoryRecordsBuilder appended = MemoryRecords.builder(
        ByteBuffer.allocate(1024), RecordBatch.MAGIC_VALUE_V2, Compression.NONE, TimestampType.LOG_APPEND_TIME, 7L, 1711111111111L);
    appended.append(1L, bytes("a"), bytes("1"));
    appended.append(2L, bytes("b"), bytes("2"));
    write("log-append-time", appended.build());

    for (ControlRecordType type : List.of(ControlRecordType.ABORT, ControlRecordType.COMMIT)) {
      write("marker-" + type.name().toLowerCase(), MemoryRecords.withEndTransactionMarker(
          55L, 1700000000000L, 0, 4711L, (short) 3, new EndTransactionMarker(type, 9)));
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static void write(String name, MemoryRecords records) throws Exception {
    byte[] bytes = new byte[records.sizeInBytes()];
    records.buffer().duplicate().get(bytes);
    Files.write(folder.resolve(name + ".bin"), bytes);
  }
}
