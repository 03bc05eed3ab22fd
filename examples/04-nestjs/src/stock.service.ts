/** Runs the topology for as long as the Nest application lives, and answers what is in stock. */
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { duration, KafkaStreams } from 'millrace';
import { stockTopology } from './stock';

@Injectable()
export class StockService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Millrace');
  private readonly streams = new KafkaStreams(stockTopology(process.env['MOVEMENTS'] ?? 'movements'), {
    applicationId: process.env['APPLICATION_ID'] ?? 'stock',
    kafka: { brokers: (process.env['KAFKA_BROKERS'] ?? 'localhost:9092').split(',') },
    stateDir: process.env['STATE_DIR'],
    commitInterval: duration(process.env['COMMIT_INTERVAL'] ?? '1s', 'COMMIT_INTERVAL'),
    logger: this.logger,
  });

  /** Resolves when the streams have ended: by the shutdown, or by a failure, which is thrown. */
  get ended(): Promise<void> {
    return this.streams.closed.then(() => {
      if (this.streams.error !== null) throw this.streams.error;
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.streams.start();
    // Nest takes requests from here on, which ask the store.
    await this.streams.whenRunning();
  }

  /** Nest calls it at SIGTERM, once `enableShutdownHooks` was called. */
  async onApplicationShutdown(): Promise<void> {
    await this.streams.close();
  }

  async piecesOf(article: string): Promise<number> {
    const row = await this.streams.store<string, number>('stock').get(article);
    return row?.value ?? 0;
  }
}
