import { logLevel } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { kafkajsLogger } from '../../../src/broker/kafkajs/kafkajs-log.js';
import type { Logger } from '../../../src/observe/logger.js';

function recorder(): { readonly logger: Logger; readonly lines: unknown[][] } {
  const lines: unknown[][] = [];
  const at =
    (level: string) =>
    (...all: unknown[]): void => {
      lines.push([level, ...all]);
    };
  return { logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }, lines };
}

describe("kafkajs's log", () => {
  it('goes through the logger of the application, its errors for debugging only: they are dealt with and told elsewhere', () => {
    const { logger, lines } = recorder();
    const log = kafkajsLogger({}, logger).namespace('Connection');
    log.error('refused', { broker: 'b:1' });
    log.warn('slow');
    log.warn('slow');
    log.info('connected');
    log.debug('request');
    expect(lines).toEqual([
      ['debug', 'kafkajs Connection: refused', { broker: 'b:1' }],
      ['warn', 'kafkajs Connection: slow', {}],
    ]);
  });

  it('says as much as logLevel asks for', () => {
    const { logger, lines } = recorder();
    kafkajsLogger({ logLevel: logLevel.DEBUG }, logger).namespace('X').debug('request');
    kafkajsLogger({ logLevel: logLevel.NOTHING }, logger).namespace('X').error('refused');
    expect(lines).toEqual([['debug', 'kafkajs X: request', {}]]);
  });

  it("goes to the user's own logCreator instead, if there is one", () => {
    const { logger, lines } = recorder();
    const entries: unknown[] = [];
    const logCreator = () => (entry: unknown) => entries.push(entry);
    kafkajsLogger({ logCreator }, logger).namespace('Broker').error('refused', { broker: 'b:1' });
    expect(lines).toEqual([]);
    expect(entries).toMatchObject([
      { namespace: 'Broker', level: logLevel.ERROR, label: 'ERROR', log: { message: 'refused', broker: 'b:1' } },
    ]);
  });
});
