/** A Nest application without HTTP: `NestFactory.create` and a controller that asks the service are all that is missing. */
import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { StockModule } from './stock.module';
import { StockService } from './stock.service';

async function main(): Promise<void> {
  const app = await NestFactory.createApplicationContext(StockModule);
  app.enableShutdownHooks();
  // Before this line a signal ends the process at once: nothing is lost, but nothing is drained either.
  new Logger('Stock').log('ready');
  // A failure of the streams ends the service, with an exit code that is not 0.
  app
    .get(StockService)
    .ended.catch((error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    })
    .finally(() => void app.close());
}

void main();
