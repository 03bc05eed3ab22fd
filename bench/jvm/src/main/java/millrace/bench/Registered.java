package millrace.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/**
 * The head of what a serializer with a registry writes: a zero and the id of the schema. A registry is asked for an id once, which no
 * measurement sees: here its only schema has the id 1.
 */
final class Registered {
  static final int HEAD_BYTES = 5;
  private static final int ID = 1;

  /** Reads from a place in a record on. */
  interface Reading<T> {
    T read(byte[] bytes, int from) throws IOException;
  }

  /** Writes a record, with room for the head in front. */
  interface Writing<T> {
    byte[] write(T value) throws IOException;
  }

  static <T> Serde<T> serde(Writing<T> writing, Reading<T> reading) {
    Serializer<T> serializer =
        (topic, value) -> {
          if (value == null) {
            return null;
          }
          try {
            byte[] bytes = writing.write(value);
            ByteBuffer.wrap(bytes).put((byte) 0).putInt(ID);
            return bytes;
          } catch (IOException error) {
            throw new SerializationException(error);
          }
        };
    Deserializer<T> deserializer =
        (topic, bytes) -> {
          if (bytes == null) {
            return null;
          }
          ByteBuffer head = ByteBuffer.wrap(bytes);
          if (head.get() != 0 || head.getInt() != ID) {
            throw new SerializationException("another schema");
          }
          try {
            return reading.read(bytes, HEAD_BYTES);
          } catch (IOException error) {
            throw new SerializationException(error);
          }
        };
    return Serdes.serdeFrom(serializer, deserializer);
  }

  private Registered() {}
}
