package golden;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.internals.InternalTopicConfig;
import org.apache.kafka.streams.processor.internals.InternalTopicManager;
import org.apache.kafka.streams.processor.internals.InternalTopologyBuilder;
import org.apache.kafka.streams.processor.internals.PartitionGrouper;
import org.apache.kafka.streams.processor.internals.RepartitionTopics;
import org.apache.kafka.streams.processor.internals.TopologyMetadata;
import org.apache.kafka.streams.processor.internals.TopologyMetadata.Subtopology;
import org.apache.kafka.streams.processor.internals.assignment.CopartitionedTopicsEnforcer;

/** Everything that Kafka Streams decides about a topology before a record is processed. */
final class Inspect {
  private static final String APPLICATION = "app";
  private static final long ADDITIONAL_RETENTION_MS = 86_400_000L;
  private static final int DEFAULT_PARTITIONS = 4;

  private Inspect() {}

  static Map<String, Object> inspect(final Case one) throws Exception {
    final Map<String, Object> result = new LinkedHashMap<>();
    result.put("name", one.name());
    result.put("optimize", one.optimize());
    final Properties properties = new Properties();
    properties.put(StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG, one.optimize());
    final Topology topology;
    try {
      topology = build(one, properties);
    } catch (final RuntimeException refused) {
      result.put("refused", reason(refused));
      return result;
    }
    result.put("describe", topology.describe().toString());

    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION);
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:9092");
    final StreamsConfig config = new StreamsConfig(properties);
    final InternalTopologyBuilder builder = internals(topology);
    final TopologyMetadata metadata = new TopologyMetadata(builder, config);
    metadata.buildAndRewriteTopology();
    final var groups = builder.subtopologyToTopicsInfo();

    final List<Object> parts = new ArrayList<>();
    for (final var entry : groups.entrySet()) {
      final Map<String, Object> part = new LinkedHashMap<>();
      final int id = idOf(entry.getKey());
      part.put("id", id);
      part.put("sourceTopics", new TreeSet<>(entry.getValue().sourceTopics));
      part.put("sinkTopics", new TreeSet<>(entry.getValue().sinkTopics));
      part.put("stores", new TreeSet<>(builder.stateStoreNamesForSubtopology(id)));
      part.put("repartitionTopics", configs(entry.getValue().repartitionSourceTopics.values()));
      part.put("changelogTopics", configs(entry.getValue().nonSourceChangelogTopics()));
      parts.add(part);
    }
    result.put("subTopologies", parts);
    final Set<String> copartitioned = new TreeSet<>();
    builder.copartitionGroups().forEach(group -> copartitioned.add(String.join(",", new TreeSet<>(group))));
    result.put("copartitionGroups", copartitioned);
    result.putAll(partitions(one, metadata, groups));
    return result;
  }

  private static Topology build(final Case one, final Properties properties) {
    if (one.byHand() != null) {
      final Topology topology = new Topology();
      one.byHand().accept(topology);
      return topology;
    }
    final StreamsBuilder builder = new StreamsBuilder();
    one.write().accept(builder);
    return builder.build(properties);
  }

  /** Partition counts of internal topics and numbers of tasks, by the code that a group leader runs. */
  private static Map<String, Object> partitions(
      final Case one,
      final TopologyMetadata metadata,
      final Map<Subtopology, InternalTopologyBuilder.TopicsInfo> groups) {
    final Map<String, Integer> external = new TreeMap<>(one.partitions());
    groups.values().forEach(group -> group.sourceTopics.forEach(topic -> {
      if (!group.repartitionSourceTopics.containsKey(topic)) external.putIfAbsent(topic, DEFAULT_PARTITIONS);
    }));
    final Map<String, Object> result = new LinkedHashMap<>();
    result.put("externalTopics", external);
    final InternalTopicManager manager = mock(InternalTopicManager.class);
    when(manager.makeReady(any())).thenReturn(Set.of());
    final RepartitionTopics repartition = new RepartitionTopics(
        metadata, manager, new CopartitionedTopicsEnforcer(""), cluster(external), "");
    try {
      repartition.setup();
    } catch (final RuntimeException refused) {
      result.put("partitionsRefused", reason(refused));
      return result;
    }
    final Map<String, Integer> all = new TreeMap<>(external);
    final Map<String, Integer> internal = new TreeMap<>();
    repartition.topicPartitionsInfo().keySet().forEach(partition -> internal.merge(partition.topic(), 1, Integer::sum));
    all.putAll(internal);
    final Map<Subtopology, Set<String>> sources = new HashMap<>();
    groups.forEach((part, info) -> sources.put(part, info.sourceTopics));
    final Map<Integer, Integer> tasks = new TreeMap<>();
    for (final TaskId task : new PartitionGrouper().partitionGroups(sources, cluster(all)).keySet()) {
      tasks.merge(task.subtopology(), 1, Integer::sum);
    }
    groups.forEach((part, info) -> info.nonSourceChangelogTopics()
        .forEach(changelog -> internal.put(changelog.name(), tasks.get(idOf(part)))));
    result.put("internalTopics", internal);
    result.put("tasks", tasks);
    return result;
  }

  private static Map<String, Map<String, String>> configs(final Iterable<? extends InternalTopicConfig> topics) {
    final Map<String, Map<String, String>> result = new TreeMap<>();
    topics.forEach(topic ->
        result.put(topic.name(), new TreeMap<>(topic.properties(Map.of(), ADDITIONAL_RETENTION_MS))));
    return result;
  }

  private static Cluster cluster(final Map<String, Integer> topics) {
    final List<PartitionInfo> partitions = new ArrayList<>();
    topics.forEach((topic, count) -> {
      for (int i = 0; i < count; i++) {
        partitions.add(new PartitionInfo(topic, i, Node.noNode(), new Node[0], new Node[0]));
      }
    });
    return new Cluster("cluster", List.of(Node.noNode()), partitions, Set.of(), Set.of());
  }

  /** Without what differs from run to run. */
  private static String reason(final RuntimeException refused) {
    return refused.getClass().getSimpleName() + ": " + refused.getMessage().replaceAll("@[0-9a-f]+", "");
  }

  private static int idOf(final Subtopology part) {
    try {
      final Field field = Subtopology.class.getDeclaredField("nodeGroupId");
      field.setAccessible(true);
      return field.getInt(part);
    } catch (final ReflectiveOperationException changed) {
      throw new IllegalStateException(changed);
    }
  }

  private static InternalTopologyBuilder internals(final Topology topology) throws ReflectiveOperationException {
    final Field field = Topology.class.getDeclaredField("internalTopologyBuilder");
    field.setAccessible(true);
    return (InternalTopologyBuilder) field.get(topology);
  }
}
