/** The service: runs until SIGINT or SIGTERM. */
import { KafkaStreams } from 'millrace';
import { ordersWithNames } from './topology.js';

const streams = new KafkaStreams(ordersWithNames(), {
  applicationId: '{{name}}',
  kafka: { brokers: (process.env.KAFKA_BROKERS ?? 'localhost:9092').split(',') },
  stateDir: './state',
  commitInterval: '1s',
  // For development. In production topics are made by those who own them.
  createTopics: { partitions: 4 },
});
streams.onStateChange((state) => console.log(state));

await streams.run();
