package millrace.bench;

import org.apache.kafka.common.serialization.Serde;

/** How orders are written: as JSON, or with a schema of Avro or Protobuf behind the five bytes that a registry's serializer puts first. */
interface OrderFormat<T> {
  T order(String user, long id, String item, double amount, String country);

  Serde<T> serde();

  String user(T order);

  long id(T order);

  String item(T order);

  double amount(T order);

  static OrderFormat<?> named(String name) {
    return switch (name) {
      case "json" -> new JsonOrders();
      case "avro" -> new AvroOrders();
      case "protobuf" -> new ProtobufOrders();
      default -> throw new IllegalArgumentException("unknown format " + name);
    };
  }
}
