/** Opens what an instance writes with, as the guarantee asks for: a producer, or one whose records are in transactions. */
import type { BatchProducer, BrokerClient, ProducerOptions, TransactionalProducer } from '../broker/port.js';
import type { Config } from '../config.js';
import type { BrokerError } from '../errors/broker-error.js';

export interface Writer {
  readonly producer: BatchProducer;
  /** The same producer where records are written in transactions, null where they are not. */
  readonly transactions: TransactionalProducer | null;
}

interface WriterParts extends Required<Pick<ProducerOptions, 'refused' | 'mayLeave'>> {
  readonly client: Pick<BrokerClient, 'producer' | 'transactions'>;
  readonly config: Config;
  readonly processId: string;
  /** Topics that are written to from the beginning. */
  readonly topics: readonly string[];
  /** Told when the open transaction is lost. */
  readonly broken: (error: BrokerError) => void;
}

/** With transactions it waits until what an earlier process left open under the same id is ended. @throws BrokerError */
export async function openWriter(parts: WriterParts): Promise<Writer> {
  const { client, config, processId, topics, broken, refused, mayLeave } = parts;
  const options: ProducerOptions = {
    name: 'producer',
    lingerMs: config.producer.lingerMs,
    batchBytes: config.producer.batchBytes,
    maxBufferedBytes: config.producer.bufferBytes,
    compression: config.producer.compression,
    deliveryTimeoutMs: config.producer.deliveryTimeoutMs,
    metadataMaxAgeMs: config.metadataMaxAgeMs,
    mayLeave,
    refused,
  };
  const { applicationId, transactionTimeoutMs } = config;
  const transactions =
    transactionTimeoutMs === null
      ? null
      : client.transactions({
          ...options,
          transactionalId: `${applicationId}-${processId}-1`,
          transactionTimeoutMs,
          broken,
        });
  await transactions?.begin();
  const producer = transactions ?? client.producer(options);
  await producer.lookUp(topics);
  return { producer, transactions };
}
