package millrace.moving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Runs applications on Kafka Streams, as many at a time as it is told to. A command a line:
 *
 * <ul>
 *   <li>{@code {"command": "start", "run": R, "application": name, "guarantee", "applicationId", "brokers", "stateDir",
 *       "inputs": [topics], "output": topic}} is answered by {@code {"run": R, "started": describe()}};
 *   <li>{@code {"command": "close", "run": R}} by {@code {"run": R, "closed": true, "restored": records}};
 *   <li>{@code {"command": "convert", "run": R, "topic", "key": boolean, "windowMs": 0 or a length, "start": of the window,
 *       "schema", "whole": boolean, "value": in Avro's JSON}} by {@code {"run": R, "bytes": in hexadecimal}}; with {@code "bytes"} by
 *       {@code "value"} and {@code "start"};
 *   <li>a run that fails says so unasked: {@code {"run": R, "failed": stack trace}}.
 * </ul>
 */
public final class Main {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, Run> RUNS = new ConcurrentHashMap<>();
    private static PrintStream answers;

    private Main() {
    }

    public static void main(String[] args) throws Exception {
        answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        // Whatever else prints must not end up between the answers.
        System.setOut(System.err);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            JsonNode command = JSON.readTree(line);
            // Each on a thread of its own: to start or to close one must not hold up the others.
            new Thread(() -> obey(command)).start();
        }
        // Threads of Kafka Streams that still run must not keep the process alive.
        System.exit(0);
    }

    private static void obey(JsonNode command) {
        String name = command.get("run").asText();
        ObjectNode answer = JSON.createObjectNode().put("run", name);
        try {
            switch (command.get("command").asText()) {
                case "start" -> {
                    Run run = new Run(command, failure -> say(JSON.createObjectNode().put("run", name).put("failed", failure)));
                    RUNS.put(name, run);
                    answer.put("started", run.start());
                }
                case "close" -> {
                    Run run = RUNS.remove(name);
                    answer.put("closed", run.close()).put("restored", run.restored());
                }
                case "convert" -> Avro.convert(command, answer);
                default -> throw new IllegalArgumentException("no such command: " + command);
            }
        } catch (Exception error) {
            answer.put("failed", Run.text(error));
        }
        say(answer);
    }

    private static synchronized void say(ObjectNode answer) {
        answers.println(answer);
    }
}
