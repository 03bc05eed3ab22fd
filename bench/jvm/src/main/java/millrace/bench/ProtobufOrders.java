package millrace.bench;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import org.apache.kafka.common.serialization.Serde;

/** Protobuf's own streams, called as the code that its compiler makes for the message calls them: bench/run/formats.ts has the file. */
final class ProtobufOrders implements OrderFormat<ProtobufOrders.Order> {
  /** One byte says that it is the first message of the file. */
  private static final int HEAD_BYTES = Registered.HEAD_BYTES + 1;

  record Order(String user, long id, String item, double amount, String country) {}

  @Override
  public Order order(String user, long id, String item, double amount, String country) {
    return new Order(user, id, item, amount, country);
  }

  @Override
  public Serde<Order> serde() {
    return Registered.serde(ProtobufOrders::write, ProtobufOrders::read);
  }

  private static byte[] write(Order order) throws IOException {
    int size = HEAD_BYTES;
    size += order.user.isEmpty() ? 0 : CodedOutputStream.computeStringSize(1, order.user);
    size += order.id == 0 ? 0 : CodedOutputStream.computeInt64Size(2, order.id);
    size += order.item.isEmpty() ? 0 : CodedOutputStream.computeStringSize(3, order.item);
    size += order.amount == 0 ? 0 : CodedOutputStream.computeDoubleSize(4, order.amount);
    size += order.country.isEmpty() ? 0 : CodedOutputStream.computeStringSize(5, order.country);
    byte[] bytes = new byte[size];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes, HEAD_BYTES, size - HEAD_BYTES);
    if (!order.user.isEmpty()) {
      out.writeString(1, order.user);
    }
    if (order.id != 0) {
      out.writeInt64(2, order.id);
    }
    if (!order.item.isEmpty()) {
      out.writeString(3, order.item);
    }
    if (order.amount != 0) {
      out.writeDouble(4, order.amount);
    }
    if (!order.country.isEmpty()) {
      out.writeString(5, order.country);
    }
    out.checkNoSpaceLeft();
    return bytes;
  }

  private static Order read(byte[] bytes, int from) throws IOException {
    if (bytes[from] != 0) {
      throw new IOException("another message");
    }
    CodedInputStream in = CodedInputStream.newInstance(bytes, from + 1, bytes.length - from - 1);
    String user = "";
    long id = 0;
    String item = "";
    double amount = 0;
    String country = "";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case 10 -> user = in.readStringRequireUtf8();
        case 16 -> id = in.readInt64();
        case 26 -> item = in.readStringRequireUtf8();
        case 33 -> amount = in.readDouble();
        case 42 -> country = in.readStringRequireUtf8();
        default -> in.skipField(tag);
      }
    }
    return new Order(user, id, item, amount, country);
  }

  @Override
  public String user(Order order) {
    return order.user;
  }

  @Override
  public long id(Order order) {
    return order.id;
  }

  @Override
  public String item(Order order) {
    return order.item;
  }

  @Override
  public double amount(Order order) {
    return order.amount;
  }
}
