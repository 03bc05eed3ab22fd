package millrace.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.kafka.common.serialization.Serde;

/** Avro's own library, with a class for the record and with decoders and encoders that are used again. */
final class AvroOrders implements OrderFormat<AvroOrder> {
  private static final byte[] HEAD = new byte[Registered.HEAD_BYTES];

  @Override
  public AvroOrder order(String user, long id, String item, double amount, String country) {
    AvroOrder order = new AvroOrder();
    order.userId = user;
    order.orderId = id;
    order.item = item;
    order.amount = amount;
    order.country = country;
    return order;
  }

  @Override
  public Serde<AvroOrder> serde() {
    ThreadLocal<Streams> streams = ThreadLocal.withInitial(Streams::new);
    return Registered.serde(order -> streams.get().write(order), (bytes, from) -> streams.get().read(bytes, from));
  }

  /** Of one thread. */
  private static final class Streams {
    private final SpecificDatumReader<AvroOrder> reader = new SpecificDatumReader<>(AvroOrder.SCHEMA$);
    private final SpecificDatumWriter<AvroOrder> writer = new SpecificDatumWriter<>(AvroOrder.SCHEMA$);
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private BinaryDecoder decoder;
    private BinaryEncoder encoder;

    byte[] write(AvroOrder order) throws IOException {
      bytes.reset();
      bytes.writeBytes(HEAD);
      encoder = EncoderFactory.get().binaryEncoder(bytes, encoder);
      writer.write(order, encoder);
      encoder.flush();
      return bytes.toByteArray();
    }

    AvroOrder read(byte[] record, int from) throws IOException {
      decoder = DecoderFactory.get().binaryDecoder(record, from, record.length - from, decoder);
      return reader.read(null, decoder);
    }
  }

  @Override
  public String user(AvroOrder order) {
    return order.userId;
  }

  @Override
  public long id(AvroOrder order) {
    return order.orderId;
  }

  @Override
  public String item(AvroOrder order) {
    return order.item;
  }

  @Override
  public double amount(AvroOrder order) {
    return order.amount;
  }
}
