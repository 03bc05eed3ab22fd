/** Writes the dead letters that cannot go through a task: of a failure that ends the instance, and of global stores. */
import type { BatchProducer, BrokerClient } from '../broker/port.js';
import type { Config } from '../config.js';
import type { DefaultPartition } from '../sink/default-partition.js';
import type { LetterToWrite } from '../task/dead-letters.js';

/** How long the end of an instance waits for them, ms. */
const MOST_WAIT_MS = 10_000;

interface OutsideLettersParts {
  readonly client: Pick<BrokerClient, 'producer'>;
  readonly config: Config;
  readonly defaultPartition: DefaultPartition;
}

/**
 * A producer of its own, made for the first letter and no part of any transaction: what the tasks wrote is given up with them, the
 * letter that says why is not. It waits until the failure is the end for certain: where the transaction is lost before anyone has
 * heard of the failure, its record is processed again, fails again, and would have a second letter.
 */
export class OutsideLetters {
  private producer: BatchProducer | null = null;
  private last: Promise<void> = Promise.resolve();
  private waiting = 0;
  /** By what the instance ends with; gone with it where it does not. */
  private readonly kept = new WeakMap<Error, LetterToWrite[]>();

  constructor(private readonly parts: OutsideLettersParts) {}

  /** Writes a letter, or keeps it for the end: see `DeadLetterSettings.outside`. */
  add(letter: LetterToWrite, end: Error | null): void {
    if (end === null) this.send(letter);
    else this.kept.set(end, [...(this.kept.get(end) ?? []), letter]);
  }

  /** The instance ends with this failure: writes what was kept for it. */
  ended(failure: unknown): void {
    if (!(failure instanceof Error)) return;
    const letters = this.kept.get(failure) ?? [];
    this.kept.delete(failure);
    for (const letter of letters) this.send(letter);
  }

  /** Waits for what is to be written, at most so long, and closes the producer. */
  async close(limitMs: number): Promise<void> {
    if (this.waiting > 0) await within(Math.min(limitMs, MOST_WAIT_MS), this.last);
    if (this.waiting > 0) {
      this.parts.config.logger.error(`${String(this.waiting)} dead letters were not written in time`);
    }
    await this.drop();
  }

  /** A letter that cannot be written makes no other one, and hides nothing: what failed is told by itself. */
  private send(letter: LetterToWrite): void {
    this.waiting += 1;
    this.last = this.last
      .then(() => this.write(letter))
      .catch((error: unknown) => {
        this.parts.config.logger.error(`a dead letter could not be written to ${letter.topic}: ${String(error)}`);
        return this.drop();
      })
      .finally(() => (this.waiting -= 1));
  }

  private async write({ topic, key, value, headers, timestamp }: LetterToWrite): Promise<void> {
    const producer = (this.producer ??= this.open());
    await producer.lookUp([topic]);
    const writer = producer.writer({ name: 'dead letters' });
    const partition = this.parts.defaultPartition.choose(topic, key, producer.partitionCount(topic));
    writer.append(topic, partition, key, value, headers, timestamp);
    await writer.flush();
    writer.end();
  }

  private async drop(): Promise<void> {
    const { producer } = this;
    this.producer = null;
    if (producer === null) return;
    producer.abandon('all');
    await producer.close().catch((error: unknown) => {
      this.parts.config.logger.debug(`the producer of dead letters was closed with an error: ${String(error)}`);
    });
  }

  private open(): BatchProducer {
    const { client, config } = this.parts;
    return client.producer({
      name: 'dead-letters',
      lingerMs: 0,
      batchBytes: config.producer.batchBytes,
      maxBufferedBytes: config.producer.bufferBytes,
      compression: config.producer.compression,
      deliveryTimeoutMs: config.producer.deliveryTimeoutMs,
    });
  }
}

async function within(milliseconds: number, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
