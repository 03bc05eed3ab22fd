package millrace.smoke;

import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.tests.RelationalSmokeTest;
import org.apache.kafka.streams.tests.SmokeTestDriver;

/**
 * Writes the input of one of Kafka's smoke tests, tells so, and verifies what an application has made of it.
 * Arguments: name of the test, brokers, size, seconds of writing, guarantee. Exit code 0: passed; 1: failed.
 */
public final class Main {
    /** What is told on a line of its own once all input is written. */
    private static final String WRITTEN = "INPUT-WRITTEN";
    private static final int COMMENTS_PER_ARTICLE = 10;
    private static final Duration TO_VERIFY = Duration.ofMinutes(5);

    private Main() {
    }

    public static void main(String[] arguments) throws Exception {
        String brokers = arguments[1];
        int size = Integer.parseInt(arguments[2]);
        Duration writing = Duration.ofSeconds(Long.parseLong(arguments[3]));
        boolean exactlyOnce = arguments[4].equals("exactly_once_v2");
        boolean passed = switch (arguments[0]) {
            case "streams" -> streams(brokers, size, writing, exactlyOnce);
            case "relational" -> relational(brokers, size, writing);
            default -> throw new IllegalArgumentException("no such test: " + arguments[0]);
        };
        System.exit(passed ? 0 : 1);
    }

    private static boolean streams(String brokers, int perKey, Duration writing, boolean exactlyOnce) {
        var input = SmokeTestDriver.generate(brokers, 20, perKey, writing);
        System.out.println(WRITTEN);
        return SmokeTestDriver.verify(brokers, input, perKey, exactlyOnce).passed();
    }

    private static boolean relational(String brokers, int articles, Duration writing) throws InterruptedException {
        var input = RelationalSmokeTest.DataSet.generate(articles, COMMENTS_PER_ARTICLE * articles);
        input.produce(brokers, writing);
        System.out.println(WRITTEN);
        return RelationalSmokeTest.App.verifySync(brokers, Instant.now().plus(TO_VERIFY));
    }
}
