package millrace.parity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What user functions saw and printed. */
final class Witness {
    final List<String> seen = new ArrayList<>();
    private final Map<String, Path> prints = new TreeMap<>();
    private final Path folder;
    /** Index of the input that is being processed. */
    int at;

    Witness(Path folder) {
        this.folder = folder;
    }

    void saw(String label, Object key, Object value) {
        seen.add(at + " " + label + " " + Text.of(key) + " " + Text.of(value));
    }

    /** The file for a print operator. */
    String printFile(String id) {
        Path file = folder.resolve(id + ".txt");
        prints.put(id, file);
        return file.toString();
    }

    /** To be called when all is closed. */
    Map<String, List<String>> printed() throws IOException {
        Map<String, List<String>> printed = new TreeMap<>();
        for (Map.Entry<String, Path> print : prints.entrySet()) {
            if (!Files.exists(print.getValue())) {
                continue;
            }
            List<String> lines = Files.readAllLines(print.getValue(), StandardCharsets.UTF_8);
            if (!lines.isEmpty()) {
                printed.put(print.getKey(), lines);
            }
        }
        return printed;
    }
}
