package golden;

import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;

/**
 * One topology. The TypeScript side has a case of the same name that writes the same topology.
 *
 * @param optimize value of topology.optimization, passed to build()
 * @param partitions partitions of external topics that do not have four
 * @param byHand writes the topology node by node; null when it is written with the DSL
 */
record Case(
    String name,
    String optimize,
    Map<String, Integer> partitions,
    Consumer<StreamsBuilder> write,
    Consumer<Topology> byHand) {
  static Case of(final String name, final Consumer<StreamsBuilder> write) {
    return new Case(name, "none", Map.of(), write, null);
  }

  static Case with(final Map<String, Integer> partitions, final String name, final Consumer<StreamsBuilder> write) {
    return new Case(name, "none", partitions, write, null);
  }

  static Case optimized(final String name, final String optimize, final Consumer<StreamsBuilder> write) {
    return new Case(name, optimize, Map.of(), write, null);
  }

  static Case byHand(final String name, final Consumer<Topology> byHand) {
    return new Case(name, "none", Map.of(), null, byHand);
  }
}
