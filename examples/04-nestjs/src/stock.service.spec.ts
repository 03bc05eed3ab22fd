import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { serdes } from 'millrace';
import { startTestKit } from 'millrace/testing';
import type { Movement } from './stock';
import { StockModule } from './stock.module';
import { StockService } from './stock.service';

test('the service tells what is in stock', async () => {
  await using kit = await startTestKit();
  const movements = await kit.freshTopic('movements', { key: serdes.string(), value: serdes.json<Movement>() });
  const names = { MOVEMENTS: movements.name, APPLICATION_ID: kit.fresh('stock'), STATE_DIR: kit.stateDir };
  Object.assign(process.env, names, { KAFKA_BROKERS: kit.brokers.join(','), COMMIT_INTERVAL: '100ms' });
  const app = await NestFactory.createApplicationContext(StockModule, { logger: false });
  const stock = app.get(StockService);
  await movements.pipeKeyValues([['nut', { pieces: 5 }], ['nut', { pieces: -2 }]]); // prettier-ignore
  await kit.until(async () => (await stock.piecesOf('nut')) === 3);
  await app.close();
}, 120_000);
