package millrace.bench;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads the command line: {@code fill} writes the input, {@code run} measures one workload, {@code serve} runs one until a signal, and
 * {@code probe} measures how long whoever serves takes for an answer.
 */
public final class Main {
  private static final String USAGE =
      """
      fill --brokers B --topic T --records N [--keys 10000] [--seed 42] [--format json|avro|protobuf] [--users skewed|in-turn]
      serve --brokers B --application A --workload W --input T --output T --state-dir F
           [--guarantee at_least_once|exactly_once_v2] [--commit-interval-ms 100] [--transactional-stores no|yes] [--format json]
      probe --brokers B --input T --output T --rate N --seconds N [--keys 10000]
           [--isolation read_uncommitted|read_committed] [--format json]
      run  --brokers B --workload map|count|agg|repart|join --input T --records N
           [--guarantee at_least_once|exactly_once_v2] [--commit-interval-ms 1000] [--threads 1] [--format json]
      """;

  public static void main(String[] args) throws Exception {
    if (args.length == 0) {
      fail("a command is missing");
    }
    Map<String, String> options = options(args);
    switch (args[0]) {
      case "fill" -> {
        allow(options, Set.of("brokers", "topic", "records", "keys", "seed", "format", "users"));
        Orders orders =
            new Orders(
                number(options, "seed", "42"),
                (int) number(options, "keys", "10000"),
                text(options, "users", "skewed").equals("in-turn"));
        orders.fill(
            text(options, "brokers", null),
            text(options, "topic", null),
            number(options, "records", null),
            OrderFormat.named(text(options, "format", "json")));
      }
      case "run" -> {
        allow(
            options,
            Set.of("brokers", "workload", "input", "records", "guarantee", "commit-interval-ms", "threads", "format"));
        new Measurement(
                text(options, "brokers", null),
                text(options, "workload", null),
                text(options, "input", null),
                number(options, "records", null),
                text(options, "guarantee", "at_least_once"),
                number(options, "commit-interval-ms", "1000"),
                (int) number(options, "threads", "1"),
                OrderFormat.named(text(options, "format", "json")))
            .run();
      }
      case "serve" -> {
        allow(
            options,
            Set.of(
                "brokers",
                "application",
                "workload",
                "input",
                "output",
                "state-dir",
                "guarantee",
                "commit-interval-ms",
                "transactional-stores",
                "format"));
        new Serving(
                text(options, "brokers", null),
                text(options, "application", null),
                text(options, "guarantee", "at_least_once"),
                number(options, "commit-interval-ms", "100"),
                text(options, "state-dir", null),
                text(options, "transactional-stores", "no").equals("yes"))
            .run(
                text(options, "workload", null),
                text(options, "input", null),
                text(options, "output", null),
                OrderFormat.named(text(options, "format", "json")));
      }
      case "probe" -> {
        allow(options, Set.of("brokers", "input", "output", "rate", "seconds", "keys", "isolation", "format"));
        new Probe(
                text(options, "brokers", null),
                (int) number(options, "rate", null),
                (int) number(options, "seconds", null),
                (int) number(options, "keys", "10000"))
            .run(
                text(options, "input", null),
                text(options, "output", null),
                text(options, "isolation", "read_uncommitted"),
                OrderFormat.named(text(options, "format", "json")));
      }
      default -> fail("unknown command " + args[0]);
    }
    // Kafka Streams may leave threads of its own behind.
    System.exit(0);
  }

  private static Map<String, String> options(String[] args) {
    Map<String, String> options = new HashMap<>();
    for (int i = 1; i < args.length; i += 2) {
      if (!args[i].startsWith("--") || i + 1 == args.length) {
        fail("expected --name value, not " + args[i]);
      }
      options.put(args[i].substring(2), args[i + 1]);
    }
    return options;
  }

  private static void allow(Map<String, String> options, Set<String> known) {
    for (String name : options.keySet()) {
      if (!known.contains(name)) {
        fail("unknown option --" + name);
      }
    }
  }

  private static String text(Map<String, String> options, String name, String standard) {
    String value = options.getOrDefault(name, standard);
    if (value == null) {
      fail("--" + name + " is missing");
    }
    return value;
  }

  private static long number(Map<String, String> options, String name, String standard) {
    String value = text(options, name, standard);
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException notOne) {
      fail("--" + name + " must be a whole number, not " + value);
      return 0;
    }
  }

  private static void fail(String reason) {
    System.err.println(reason + "\n" + USAGE);
    System.exit(2);
  }

  private Main() {}
}
