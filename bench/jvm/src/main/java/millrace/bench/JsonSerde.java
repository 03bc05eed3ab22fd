package millrace.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** JSON as Jackson's trees, the usual way where there is no class for each message. */
final class JsonSerde implements Serde<JsonNode> {
  static final ObjectMapper MAPPER = new ObjectMapper();

  @Override
  public Serializer<JsonNode> serializer() {
    return (topic, tree) -> {
      if (tree == null) {
        return null;
      }
      try {
        return MAPPER.writeValueAsBytes(tree);
      } catch (JsonProcessingException error) {
        throw new SerializationException(error);
      }
    };
  }

  @Override
  public Deserializer<JsonNode> deserializer() {
    return (topic, bytes) -> {
      if (bytes == null) {
        return null;
      }
      try {
        return MAPPER.readTree(bytes);
      } catch (IOException error) {
        throw new SerializationException(error);
      }
    };
  }
}
