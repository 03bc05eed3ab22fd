/** The one table of error codes: what each means and what the reader can do. `docs/errors.md` is generated from it. */
export const ERROR_CODES = {
  CONFIG_INVALID: ['An option is unknown, missing or out of range.', 'Correct the option that the message names.'],
  TOPOLOGY_INVALID: ['The topology cannot be built or run as written.', 'Change the operator that the message names.'],
  NAME_INVALID: [
    'A name of an operator, store or topic is not allowed.',
    'Use letters, digits, ".", "_" and "-", at most 249.',
  ],
  SERDE_MISSING: ['No serde is known for a key or a value.', 'Pass a serde at the operator, or set a default serde.'],
  REGISTRY_UNREACHABLE: [
    'A schema registry did not answer in time.',
    'Check its address and that it is running; what is known already goes on without it.',
  ],
  SCHEMA_REFUSED: [
    'A schema is not valid, is not registered, or does not fit the versions before it.',
    'Correct the schema, register it, or look at the compatibility of its subject.',
  ],
  TYPES_OUTDATED: [
    'Files of types are not what the schemas in the registry make of them.',
    'Run `millrace schemas pull` without --check, and look at the difference.',
  ],
  SERIALIZATION_FAILED: [
    'A key or value could not be turned into bytes.',
    'Check the serde of the named operator against its values.',
  ],
  DESERIALIZATION_FAILED: [
    'The bytes of a record could not be decoded.',
    'Correct the serde or the producer, or set deserializationErrorHandler to "continue".',
  ],
  TIMESTAMP_INVALID: [
    'A time is negative, no whole number of milliseconds, or beyond what can be kept exactly.',
    'Correct the producer, extractor or processor that gave it, or set a timestamp extractor that copes with it.',
  ],
  HEADER_INVALID: [
    'A header of a record is no pair of a text and bytes.',
    'Give bytes or null as the value; textHeader() makes a header of a text.',
  ],
  PROCESSING_FAILED: [
    "A user's function threw, or returned what it must not.",
    'See the cause; correct the function that the message names.',
  ],
  PRODUCTION_FAILED: [
    'A record could not be written to Kafka.',
    'See the cause; check topic, size limits and permissions.',
  ],
  TOPIC_MISSING: [
    'A source, sink or internal topic does not exist.',
    'Create the topic before starting the application.',
  ],
  PARTITIONS_MISMATCHED: [
    'Topics that must have the same number of partitions do not.',
    'Re-create the topic with the right count, or use repartition().',
  ],
  INTERNAL_TOPIC_INVALID: [
    'An internal topic exists with another number of partitions than the topology needs.',
    'Reset the application (npx millrace reset), or use another applicationId.',
  ],
  SERVER_FAILED: [
    'The HTTP server of the application cannot listen.',
    'Choose another port or host in the option server, or end what has the port.',
  ],
  BROKER_UNREACHABLE: ['No broker answered.', 'Check the addresses in kafka.brokers and that Kafka is running.'],
  BROKER_AUTHENTICATION: ['The broker refused the credentials.', 'Check kafka.sasl and kafka.ssl.'],
  BROKER_AUTHORIZATION: ['The broker denied an operation.', 'Grant the application the ACL that the message names.'],
  BROKER_RETRIABLE: [
    'A broker request failed in a way that may pass.',
    'It is retried; look at the cause if it lasts.',
  ],
  BROKER_FENCED: [
    'Another instance has taken over this identity.',
    'Nothing, if the other one was meant; else find it.',
  ],
  BROKER_ABORTABLE: ['The transaction must be aborted.', 'It is retried as a new transaction.'],
  BROKER_FATAL: ['A broker request failed for good.', 'See the cause.'],
  KAFKAJS_MISMATCH: [
    'The installed kafkajs is not the one that this package is built on.',
    'Install exactly the version that the message names.',
  ],
  BROKER_PROTOCOL: ['A broker answered bytes that are not what the protocol says.', 'Report it with the cause.'],
  RECORD_CORRUPT: ['A record batch failed its checksum or is malformed.', 'Check the disk and network of the broker.'],
  OFFSET_OUT_OF_RANGE: [
    'The committed offset of a topic-partition is not in the log any more.',
    'Set autoOffsetReset, or reset the group to an offset that exists.',
  ],
  CODEC_MISSING: [
    'A batch is compressed with a codec whose package is not installed.',
    'Install the package it names.',
  ],
  STORE_UNAVAILABLE: ['A state store is closed, restoring or unknown.', 'Wait for RUNNING, or check its name.'],
  KEY_NOT_HERE: [
    'The key belongs to a partition of the store that this instance does not have.',
    'Ask the instance that has it; that there is nothing of the key is not said by this.',
  ],
  QUERY_FAILED: [
    'A query has no answer; the `reason` of the error says why.',
    'See the reason: what passes by itself (a task that moves, a position not yet reached) was waited for already, as long as `timeout` says.',
  ],
  STORE_LOCKED: ['The state folder is in use by another process.', 'Give each process its own stateDir.'],
  STORE_CORRUPT: ['A state folder cannot be read.', 'It is set aside and rebuilt from the changelog.'],
  STORE_FAILED: ['Reading or writing local state failed.', 'Check free space and permissions of stateDir.'],
  BUFFER_FULL: [
    'A buffer that may not emit early holds more than its limit.',
    'Raise maxRecords or maxBytes, let windows close sooner, or allow whenFull "emitEarly".',
  ],
  CONTRACT_BROKEN: [
    'A state backend, a store or a serde of your own does not do what is relied on.',
    'See the message for what it must do; correct it.',
  ],
  STATE_INVALID: ['A call is not allowed in the current state of the application.', 'See the message for the order.'],
  CLOSE_TIMED_OUT: [
    'close() could not commit the last epoch in its time.',
    'Nothing is lost: what was processed since the last commit is processed again. See which broker did not answer; raise closeTimeout where commits take longer.',
  ],
  TEST_TIMED_OUT: [
    'What a test waits for did not come in time.',
    'See what came instead; give it more time by timeout where the machine is slow.',
  ],
  LAUNCH_FAILED: ['A local Kafka could not be started.', 'Install Docker, or Java 17 and Maven, or set KAFKA_BROKERS.'],
} as const satisfies Record<string, readonly [meaning: string, remedy: string]>;

/** Every code a {@link MillraceError} can carry. */
export type ErrorCode = keyof typeof ERROR_CODES;
