package golden;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Writes one file a topology into the folder that is given as the only argument. */
public final class Main {
  private Main() {}

  public static void main(final String[] arguments) throws Exception {
    final Path folder = Path.of(arguments[0]);
    Files.createDirectories(folder);
    try (DirectoryStream<Path> old = Files.newDirectoryStream(folder, "*.json")) {
      for (final Path file : old) Files.delete(file);
    }
    final DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    final DefaultPrettyPrinter printer = new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
    final ObjectMapper json = new ObjectMapper();
    final List<Case> cases = Stream.of(
        StreamCases.all(), AggregationCases.all(), CogroupCases.all(), WindowCases.all(), SessionCases.all(),
        TableCases.all(), JoinCases.all(), StreamJoinCases.all(), OptimizationCases.all(), TableJoinCases.all(),
        SuppressCases.all(), ProcessorCases.all(), ForeignKeyJoinCases.all(), VersionedCases.all(),
        TransformValuesCases.all())
        .flatMap(List::stream)
        .toList();
    for (final Case one : cases) {
      final Path file = folder.resolve(one.name() + ".json");
      if (Files.exists(file)) throw new IllegalStateException("two cases are called " + one.name());
      Files.writeString(file, json.writer(printer).writeValueAsString(Inspect.inspect(one)) + "\n");
    }
    System.out.println(cases.size() + " topologies written to " + folder);
  }
}
