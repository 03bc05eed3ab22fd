// What Java makes of malformed bytes (d: bytes, UTF-16 code units) and of odd texts (e: code units, bytes), as java-utf8.txt has it:
// java test/record/JavaUtf8.java 1500 > test/record/java-utf8.txt
import java.nio.charset.StandardCharsets;
import java.util.Random;

public class JavaUtf8 {
  static final int[] BYTES = {
    0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xb7, 0xbb, 0xbd, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf,
    0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf7, 0xf8, 0xfc, 0xfe, 0xff
  };
  static final String UNITS = "a\u00e9\u20ac\ud83d\ude00\ud800\udbff\udc00\udfff\ufffd\ue000?";

  public static void main(String[] args) {
    Random random = new Random(4301);
    for (int line = 0; line < Integer.parseInt(args[0]); line++) {
      byte[] bytes = new byte[1 + random.nextInt(7)];
      for (int at = 0; at < bytes.length; at++) bytes[at] = (byte) BYTES[random.nextInt(BYTES.length)];
      System.out.println("d " + hex(bytes) + " " + units(new String(bytes, StandardCharsets.UTF_8)));
      StringBuilder text = new StringBuilder();
      for (int left = 1 + random.nextInt(5); left > 0; left--) text.append(UNITS.charAt(random.nextInt(UNITS.length())));
      System.out.println("e " + units(text.toString()) + " " + hex(text.toString().getBytes(StandardCharsets.UTF_8)));
    }
  }

  static String hex(byte[] bytes) {
    StringBuilder hex = new StringBuilder();
    for (byte one : bytes) hex.append(String.format("%02x", one));
    return hex.toString();
  }

  static String units(String text) {
    StringBuilder units = new StringBuilder();
    for (char unit : text.toCharArray()) units.append(String.format("%04x", (int) unit));
    return units.toString();
  }
}
