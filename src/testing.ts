/** The second door: what tests import, of topologies without Kafka and of applications with one. */

// A topology without Kafka, on the task code of production: records go in by one topic and come out of another.
export { TopologyTestDriver } from './testing/test-driver.js';
export type { DriverCloseOptions, TestDriverOptions } from './testing/test-driver-options.js';
export { TestInputTopic, TestOutputTopic, type TestInputOptions } from './testing/test-topics.js';
export type {
  PipedRecord,
  PipeListOptions,
  PipeOptions,
  TestRecord,
  TestTopicOptions,
} from './testing/records/test-record.js';

// A whole application on Kafka: its topics, what it writes, and the removal of all of it.
export { startTestKit, type KitTopicOptions, type TestKit, type TestKitOptions } from './testing/kit/test-kit.js';
export type { KafkaTopic, PipeToKafkaOptions, WaitOptions } from './testing/kit/kafka-topic.js';

// Matchers for `expect` of Vitest (millrace/vitest) and Jest (millrace/jest).
export { millraceMatchers, type MillraceMatchers } from './testing/matchers/matchers.js';

export { TestClock } from './testing/test-clock.js';

// What a place for state, a store and a serde must do, to be run on an engine, a store or a serde of one's own.
export { stateBackendContract, type ContractCheck } from './testing/contract/state-backend-contract.js';
export { customStoreContract } from './testing/contract/custom-store-contract.js';
export type { CustomStoreUnderTest } from './testing/contract/custom-store-checks.js';
export { serdeContract } from './testing/contract/serde-contract.js';
export type { SerdeUnderTest } from './testing/contract/serde-checks.js';
export type { StateBackendUnderTest } from './testing/contract/check.js';
export type { BackendEntry, KeyRange, StateBackend } from './store/backend.js';
export { WriteBatch } from './store/write-batch.js';

// A broker or a cluster for tests and development, found or started: `KAFKA_BROKERS`, Docker, Java.
export { startKafka } from './local-kafka/start-kafka.js';
export type { BrokerControl, KafkaNode, KafkaOrigin, RunningKafka, StartKafkaOptions } from './local-kafka/options.js';
export { LaunchError } from './local-kafka/launch-error.js';

// A schema registry for tests and development, found or started: `SCHEMA_REGISTRY_URL`, Java.
export { startSchemaRegistry } from './local-registry/start-schema-registry.js';
export type {
  RunningSchemaRegistry,
  SchemaRegistryControl,
  SchemaRegistryOrigin,
  StartSchemaRegistryOptions,
} from './local-registry/options.js';

// A network for tests that fails on demand.
export { startProxy, type Disturbance, type KafkaProxy, type StartProxyOptions } from './local-kafka/proxy/proxy.js';
export type { ConnectionIdentity, FaultTarget, NetworkFault } from './local-kafka/proxy/network-fault.js';
