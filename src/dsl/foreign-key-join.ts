/** Joins of two tables by a foreign key: rows of the left one name the row of the right one that they go with. */
import { AnswerSerde } from '../serde/foreign-key-answer.js';
import { registrationSerde } from '../serde/foreign-key-registration.js';
import { bytes } from '../serde/bytes.js';
import type { StoreSpec } from '../store/spec.js';
import { OperatorNode } from '../topology/logical/processor-nodes.js';
import { RepartitionNode } from '../topology/logical/repartition-node.js';
import type { KeyPartitioner, Partitioner } from '../processor/api/topic-functions.js';
import type { AnyJoiner, AnyMapper } from '../processor/api/functions.js';
import { MillraceError } from '../errors/error.js';
import type { ForeignKeyAnswer } from '../serde/foreign-key-answer.js';
import { keyValueSpec } from './materialized.js';
import type { ForeignKeyJoinOptions } from './options.js';
import type { TableParts } from './parts.js';
import { SourceOrigin, storesOf } from './table-origin.js';

const PREFIX = 'KTABLE-FK-JOIN-';

/** Kafka Streams: `KTableImpl.doJoinOnForeignKey`. The right side works where the right table is, and so in other tasks. */
export function joinByForeignKey(
  left: TableParts,
  right: TableParts,
  extractor: AnyMapper,
  joiner: AnyJoiner,
  isLeft: boolean,
  options: ForeignKeyJoinOptions<unknown, unknown, unknown>,
): TableParts {
  const { graph } = left;
  // The left side ends old subscriptions. Nothing uses old values of the right one, but Kafka Streams asks for them too, and
  // what is sent by the tables behind it depends on that.
  right.origin.requestOldValues(true);
  left.origin.requestOldValues(true);
  const named = (suffix: string, prefix: string): string =>
    graph.names.operatorOr(options.name && options.name + suffix, prefix);

  const registrationTopic = `${named('-subscription-registration', `${PREFIX}SUBSCRIPTION-REGISTRATION-`)}-topic`;
  const send = graph.append(
    left.node,
    new OperatorNode(named('-subscription-registration-processor', `${PREFIX}SUBSCRIPTION-REGISTRATION-`), () => ({
      operator: {
        kind: 'foreignKeySend',
        extractor,
        left: isLeft,
        versioned: left.origin.versioned,
        registrationTopic,
        key: left.key,
        value: left.value,
        foreignKey: right.key,
      },
    })),
  );
  const registrations = graph.append(
    send,
    new RepartitionNode(
      {
        topic: registrationTopic,
        filter: null,
        sink: named('-subscription-registration-sink', 'KTABLE-SINK-'),
        source: named('-subscription-registration-source', 'KTABLE-SOURCE-'),
      },
      {
        key: right.key,
        value: registrationSerde,
        partitioner: options.otherPartitioner === undefined ? null : one(options.otherPartitioner),
        mergeable: false,
      },
    ),
  );
  graph.copartition([...right.sources, registrations]);

  const subscriptions = subscriptionSpec(named('-subscription-store', `${PREFIX}SUBSCRIPTION-STATE-STORE-`));
  const receive = graph.append(
    registrations,
    new OperatorNode(named('-subscription-receive', `${PREFIX}SUBSCRIPTION-PROCESSOR-`), () => ({
      operator: { kind: 'foreignKeyReceive', store: subscriptions.name, registrationTopic, foreignKey: right.key },
      stores: [subscriptions],
    })),
  );
  const answers = { registrationTopic, decodesKeys: options.partitioner !== undefined, key: left.key };
  const rightRead = right.origin.read();
  const lookUp = graph.append(
    receive,
    new OperatorNode(named('-subscription-join-foreign', `${PREFIX}SUBSCRIPTION-PROCESSOR-`), () => ({
      operator: { kind: 'foreignKeyLookUp', table: rightRead, ...answers },
      reads: storesOf(rightRead),
    })),
  );
  const fanOut = graph.append(
    right.node,
    new OperatorNode(named('-foreign-join-subscription', `${PREFIX}SUBSCRIPTION-PROCESSOR-`), () => ({
      operator: {
        kind: 'foreignKeyFanOut',
        store: subscriptions.name,
        foreignKey: right.key,
        versioned: right.origin.versioned,
        ...answers,
      },
      stores: [subscriptions],
    })),
  );

  const responses = graph.append(
    [lookUp, fanOut],
    new RepartitionNode(
      {
        topic: `${named('-subscription-response', `${PREFIX}SUBSCRIPTION-RESPONSE-`)}-topic`,
        filter: null,
        sink: named('-subscription-response-sink', 'KTABLE-SINK-'),
        source: named('-subscription-response-source', 'KTABLE-SOURCE-'),
      },
      {
        key: left.key,
        // What is not decoded need not be encoded.
        writtenKey: answers.decodesKeys ? left.key : bytes(),
        value: new AnswerSerde(right.value),
        partitioner: options.partitioner === undefined ? whereItCameFrom : one(options.partitioner),
        mergeable: false,
      },
    ),
  );
  const sources = new Set([...left.sources, responses]);
  graph.copartition(sources);

  const leftRead = left.origin.read();
  const resolve = graph.append(
    responses,
    new OperatorNode(
      named('-subscription-response-resolver', `${PREFIX}SUBSCRIPTION-RESPONSE-RESOLVER-PROCESSOR-`),
      () => ({
        operator: {
          kind: 'foreignKeyResolve',
          table: leftRead,
          joiner,
          left: isLeft,
          registrationTopic,
          value: left.value,
        },
        reads: storesOf(leftRead),
      }),
    ),
  );
  const name = named('-result', `${PREFIX}OUTPUT-`);
  const store = keyValueSpec(options, {
    name: options.store ?? graph.names.store(`${PREFIX}OUTPUT-`),
    key: left.key,
    value: undefined,
  });
  const origin = new SourceOrigin(store, options.store !== undefined);
  const node = graph.append(
    resolve,
    new OperatorNode(name, () => ({
      operator: { kind: 'tableSource', store: origin.store?.name ?? null, sendOldValues: origin.sendsOldValues },
      stores: origin.store === null ? [] : [origin.store],
    })),
  );
  return {
    graph,
    node,
    name,
    key: left.key,
    value: options.value,
    sources,
    origin,
    queryableStoreName: options.store ?? null,
  };
}

/** Everything in it is bytes: the operators know what they mean. */
function subscriptionSpec(name: string): StoreSpec {
  return {
    name,
    kind: 'subscription',
    format: 'plain',
    key: bytes(),
    value: bytes(),
    engine: 'level',
    caching: false,
    logging: {},
  };
}

/** An answer goes to the very partition that the left row came from. Of old registrations it is not known. */
function whereItCameFrom(_topic: string, _key: unknown, answer: unknown): number | null {
  const { partition } = answer as ForeignKeyAnswer;
  return partition < 0 ? null : partition;
}

/** A user's partitioner as a join can use it: it sees no value, and chooses one partition. */
function one(partitioner: KeyPartitioner<unknown>): Partitioner {
  return (topic, key, _value, partitions) => {
    const chosen = partitioner(topic, key, null, partitions);
    if (chosen === null || typeof chosen === 'number') return chosen;
    // What is no list either is refused by the sink.
    if (!Array.isArray(chosen) || chosen.length === 1) return chosen;
    throw new MillraceError(
      'PROCESSING_FAILED',
      `a partitioner of a foreign-key join must choose one partition, not ${String(chosen.length)}`,
    );
  };
}
