package millrace.bench;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.kafka.common.serialization.Serde;

final class JsonOrders implements OrderFormat<JsonNode> {
  private static final Serde<JsonNode> SERDE = new JsonSerde();

  @Override
  public JsonNode order(String user, long id, String item, double amount, String country) {
    return JsonSerde.MAPPER
        .createObjectNode()
        .put("userId", user)
        .put("orderId", id)
        .put("item", item)
        .put("amount", amount)
        .put("country", country);
  }

  @Override
  public Serde<JsonNode> serde() {
    return SERDE;
  }

  @Override
  public String user(JsonNode order) {
    return order.get("userId").asText();
  }

  @Override
  public long id(JsonNode order) {
    return order.get("orderId").asLong();
  }

  @Override
  public String item(JsonNode order) {
    return order.get("item").asText();
  }

  @Override
  public double amount(JsonNode order) {
    return order.get("amount").asDouble();
  }
}
