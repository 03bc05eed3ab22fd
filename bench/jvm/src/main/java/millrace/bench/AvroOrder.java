package millrace.bench;

import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;

/** An order as Avro's compiler would make its class: bench/run/formats.ts has the same schema. */
public final class AvroOrder extends SpecificRecordBase {
  private static final String TEXT = "{\"type\":\"string\",\"avro.java.string\":\"String\"}";

  public static final Schema SCHEMA$ =
      new Schema.Parser()
          .parse(
              "{\"type\":\"record\",\"name\":\"AvroOrder\",\"namespace\":\"millrace.bench\",\"fields\":["
                  + "{\"name\":\"userId\",\"type\":" + TEXT + "},{\"name\":\"orderId\",\"type\":\"long\"},"
                  + "{\"name\":\"item\",\"type\":" + TEXT + "},{\"name\":\"amount\",\"type\":\"double\"},"
                  + "{\"name\":\"country\",\"type\":" + TEXT + "}]}");

  String userId;
  long orderId;
  String item;
  double amount;
  String country;

  @Override
  public Schema getSchema() {
    return SCHEMA$;
  }

  @Override
  public Object get(int field) {
    return switch (field) {
      case 0 -> userId;
      case 1 -> orderId;
      case 2 -> item;
      case 3 -> amount;
      case 4 -> country;
      default -> throw new IndexOutOfBoundsException(field);
    };
  }

  @Override
  public void put(int field, Object value) {
    switch (field) {
      case 0 -> userId = value.toString();
      case 1 -> orderId = (Long) value;
      case 2 -> item = value.toString();
      case 3 -> amount = (Double) value;
      case 4 -> country = value.toString();
      default -> throw new IndexOutOfBoundsException(field);
    }
  }
}
