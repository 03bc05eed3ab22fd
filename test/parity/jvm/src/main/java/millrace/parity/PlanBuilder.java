package millrace.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Branched;
import org.apache.kafka.streams.kstream.BranchedKStream;
import org.apache.kafka.streams.kstream.ForeachAction;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KeyValueMapper;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Printed;
import org.apache.kafka.streams.kstream.ValueMapperWithKey;
import org.apache.kafka.streams.state.KeyValueStore;

/** Turns the steps of a plan into a topology: sources, streams and their topics here, the rest in classes of its own. */
final class PlanBuilder {
    private static final Pattern SPLIT = Pattern.compile("KSTREAM-BRANCH-\\d{10}");

    private final JsonNode plan;
    private final Witness witness;
    private final StreamsBuilder builder = new StreamsBuilder();
    private final Map<String, Object> made = new HashMap<>();

    PlanBuilder(JsonNode plan, Witness witness) {
        this.plan = plan;
        this.witness = witness;
    }

    Topology build(Properties config) {
        for (JsonNode step : plan.get("steps")) {
            Object thing = build(step);
            if (step.path("out").isTextual()) {
                made.put(step.get("out").asText(), thing);
            }
        }
        return builder.build(config);
    }

    /** What the step is called on. The generator saw to it that it is of the right kind. */
    @SuppressWarnings("unchecked")
    <T> T input(JsonNode step) {
        return (T) made.get(step.get("in").asText());
    }

    @SuppressWarnings("unchecked")
    <T> T other(JsonNode step) {
        return (T) made.get(step.get("with").asText());
    }

    private Object build(JsonNode step) {
        String op = step.get("op").asText();
        Object thing = source(op, step);
        if (thing == null) {
            thing = stream(op, step);
        }
        if (thing == null) {
            thing = Aggregations.build(op, step, this);
        }
        if (thing == null) {
            thing = Cogroups.build(op, step, this);
        }
        if (thing == null) {
            thing = Windows.build(op, step, this);
        }
        if (thing == null) {
            thing = Sessions.build(op, step, this);
        }
        if (thing == null) {
            thing = Tables.build(op, step, this);
        }
        if (thing == null) {
            thing = Joins.build(op, step, this);
        }
        if (thing == null) {
            thing = TableJoins.build(op, step, this);
        }
        if (thing == null) {
            thing = StreamJoins.build(op, step, this);
        }
        if (thing == null) {
            thing = Processors.build(op, step, this, builder);
        }
        if (thing == null) {
            thing = LookUps.build(op, step, this);
        }
        if (thing == null && !end(op, step)) {
            throw new IllegalArgumentException("there is no operator " + op);
        }
        return thing;
    }

    private Object source(String op, JsonNode step) {
        switch (op) {
            case "stream" -> {
                List<String> topics = new ArrayList<>();
                step.get("topics").forEach(topic -> topics.add(topic.asText()));
                return builder.stream(topics, Options.consumed(step));
            }
            case "table" -> {
                String topic = step.get("topic").asText();
                Materialized<Object, Object, KeyValueStore<Bytes, byte[]>> store = Options.materialized(step);
                return store == null
                    ? builder.table(topic, Options.consumed(step))
                    : builder.table(topic, Options.consumed(step), store);
            }
            case "globalTable" -> {
                String topic = step.get("topic").asText();
                Materialized<Object, Object, KeyValueStore<Bytes, byte[]>> store = Options.materialized(step);
                return store == null
                    ? builder.globalTable(topic, Options.consumed(step))
                    : builder.globalTable(topic, Options.consumed(step), store);
            }
            default -> {
                return null;
            }
        }
    }

    private Object stream(String op, JsonNode step) {
        Named named = Options.named(step);
        return switch (op) {
            case "filter" -> {
                KStream<Object, Object> stream = input(step);
                Functions.Predicate holds = Functions.predicate(step.get("predicate"));
                yield named == null ? stream.filter(holds::test) : stream.filter(holds::test, named);
            }
            case "filterNot" -> {
                KStream<Object, Object> stream = input(step);
                Functions.Predicate holds = Functions.predicate(step.get("predicate"));
                yield named == null ? stream.filterNot(holds::test) : stream.filterNot(holds::test, named);
            }
            case "selectKey" -> {
                KStream<Object, Object> stream = input(step);
                Functions.Mapper mapper = Functions.mapper(step.get("mapper"));
                yield named == null ? stream.selectKey(mapper::map) : stream.selectKey(mapper::map, named);
            }
            case "map" -> {
                KStream<Object, Object> stream = input(step);
                KeyValueMapper<Object, Object, KeyValue<Object, Object>> mapper = pairs(step);
                yield named == null ? stream.map(mapper) : stream.map(mapper, named);
            }
            case "mapValues" -> {
                KStream<Object, Object> stream = input(step);
                ValueMapperWithKey<Object, Object, Object> mapper = Functions.mapper(step.get("mapper"))::map;
                yield named == null ? stream.mapValues(mapper) : stream.mapValues(mapper, named);
            }
            case "flatMap" -> {
                KStream<Object, Object> stream = input(step);
                Functions.Pairs mapper = Functions.flatPairs(step.get("mapper"));
                yield named == null ? stream.flatMap(mapper::map) : stream.flatMap(mapper::map, named);
            }
            case "flatMapValues" -> {
                KStream<Object, Object> stream = input(step);
                ValueMapperWithKey<Object, Object, Iterable<Object>> mapper =
                    Functions.flatValues(step.get("mapper"))::map;
                yield named == null ? stream.flatMapValues(mapper) : stream.flatMapValues(mapper, named);
            }
            case "peek" -> {
                KStream<Object, Object> stream = input(step);
                yield named == null ? stream.peek(witnessing(step)) : stream.peek(witnessing(step), named);
            }
            case "merge" -> {
                KStream<Object, Object> stream = input(step);
                KStream<Object, Object> other = other(step);
                yield named == null ? stream.merge(other) : stream.merge(other, named);
            }
            case "repartition" -> {
                KStream<Object, Object> stream = input(step);
                yield Options.saysSerdes(step) || named != null
                    ? stream.repartition(Options.repartitioned(step))
                    : stream.repartition();
            }
            case "toTable" -> {
                KStream<Object, Object> stream = input(step);
                Materialized<Object, Object, KeyValueStore<Bytes, byte[]>> store = Options.materialized(step);
                if (store == null) {
                    yield named == null ? stream.toTable() : stream.toTable(named);
                }
                yield named == null ? stream.toTable(store) : stream.toTable(named, store);
            }
            case "split" -> split(step, named);
            default -> null;
        };
    }

    /** Operators that nothing goes on from. */
    private boolean end(String op, JsonNode step) {
        KStream<Object, Object> stream = input(step);
        Named named = Options.named(step);
        switch (op) {
            case "foreach" -> {
                if (named == null) {
                    stream.foreach(witnessing(step));
                } else {
                    stream.foreach(witnessing(step), named);
                }
            }
            case "print" -> {
                Printed<Object, Object> printed = Printed.toFile(witness.printFile(step.get("id").asText()));
                if (step.has("label")) {
                    printed = printed.withLabel(step.get("label").asText());
                }
                if (step.has("mapper")) {
                    Functions.Mapper mapper = Functions.mapper(step.get("mapper"));
                    printed = printed.withKeyValueMapper((key, value) -> (String) mapper.map(key, value));
                }
                if (step.has("name")) {
                    printed = printed.withName(step.get("name").asText());
                }
                stream.print(printed);
            }
            case "to" -> stream.to(step.get("topic").asText(), Options.produced(step));
            case "toExtractedTopic" -> {
                String prefix = step.get("topic").asText();
                int choices = step.get("chosenBy").get("m").asInt();
                stream.to(
                    (key, value, context) -> prefix + "-" + Text.hash(Text.of(value), choices),
                    Options.produced(step));
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** A pair of mappers, to keys and to values. */
    static KeyValueMapper<Object, Object, KeyValue<Object, Object>> pairs(JsonNode step) {
        Functions.Mapper keys = Functions.mapper(step.get("keyMapper"));
        Functions.Mapper values = Functions.mapper(step.get("mapper"));
        return (key, value) -> KeyValue.pair(keys.map(key, value), values.map(key, value));
    }

    private ForeachAction<Object, Object> witnessing(JsonNode step) {
        String label = step.get("label").asText();
        return (key, value) -> witness.saw(label, key, value);
    }

    private Object split(JsonNode step, Named named) {
        KStream<Object, Object> stream = input(step);
        BranchedKStream<Object, Object> split = named == null ? stream.split() : stream.split(named);
        List<JsonNode> branches = new ArrayList<>();
        step.get("branches").forEach(branches::add);
        for (int i = 0; i < branches.size(); i++) {
            Functions.Predicate holds = Functions.predicate(branches.get(i).get("predicate"));
            Branched<Object, Object> branched = branched(step, branches.get(i), i);
            split = branched == null ? split.branch(holds::test) : split.branch(holds::test, branched);
        }
        Map<String, KStream<Object, Object>> streams;
        JsonNode rest = step.get("rest");
        if (rest.isNull()) {
            streams = split.noDefaultBranch();
        } else {
            Branched<Object, Object> branched = branched(step, rest, branches.size());
            streams = branched == null ? split.defaultBranch() : split.defaultBranch(branched);
            branches.add(rest);
        }
        for (int i = 0; i < branches.size(); i++) {
            JsonNode branch = branches.get(i);
            if (branch.path("consumed").asBoolean()) {
                continue;
            }
            String number = branch == rest ? "0" : String.valueOf(i + 1);
            String key = prefix(step, streams) + (branch.has("name") ? branch.get("name").asText() : number);
            if (!streams.containsKey(key)) {
                throw new IllegalStateException("there is no branch " + key + " among " + streams.keySet());
            }
            made.put(step.get("out").get(i).asText(), streams.get(key));
        }
        return streams;
    }

    private static String prefix(JsonNode step, Map<String, KStream<Object, Object>> streams) {
        if (step.has("name")) {
            return step.get("name").asText();
        }
        for (String key : streams.keySet()) {
            Matcher matcher = SPLIT.matcher(key);
            if (matcher.lookingAt()) {
                return matcher.group();
            }
        }
        return "";
    }

    /** Null when nothing is said about the branch. */
    private Branched<Object, Object> branched(JsonNode step, JsonNode branch, int index) {
        String name = Options.text(branch, "name");
        if (!branch.path("consumed").asBoolean()) {
            return name == null ? null : Branched.as(name);
        }
        return Branched.withConsumer(stream -> made.put(step.get("out").get(index).asText(), stream), name);
    }
}
