/** The Kafka that Millrace is measured by: of brokers that are started here, and of the JVM in tests and benchmarks. */
export const KAFKA_VERSION = '4.4.0';
