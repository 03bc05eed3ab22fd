import { describe, expect, it } from 'vitest';
import { loggerFrom, loggerWith, silentLogger, type Logger, type LogLevel } from '../../src/observe/logger.js';

function recorder(): { readonly logger: Logger; readonly lines: unknown[][] } {
  const lines: unknown[][] = [];
  const method =
    (level: LogLevel): Logger[LogLevel] =>
    (...all) => {
      lines.push([level, ...all]);
    };
  return {
    logger: { debug: method('debug'), info: method('info'), warn: method('warn'), error: method('error') },
    lines,
  };
}

const speakAll = (logger: Logger): void => {
  logger.debug('a');
  logger.info('b', { n: 1 });
  logger.warn('c');
  logger.error('d', { n: 2 });
};

describe('loggers', () => {
  it('pass on what is at or above the level', () => {
    const { logger, lines } = recorder();
    speakAll(loggerFrom('warn', logger));
    expect(lines).toEqual([
      ['warn', 'c'],
      ['error', 'd', { n: 2 }],
    ]);
  });

  it('add facts to every message', () => {
    const { logger, lines } = recorder();
    speakAll(loggerWith({ worker: 1 }, logger));
    expect(lines).toEqual([
      ['debug', 'a', { worker: 1 }],
      ['info', 'b', { worker: 1, n: 1 }],
      ['warn', 'c', { worker: 1 }],
      ['error', 'd', { worker: 1, n: 2 }],
    ]);
  });

  it('take the console as it is', () => {
    const logger: Logger = console;
    expect(logger).toBe(console);
  });

  it('may be silent', () => {
    expect(() => speakAll(silentLogger)).not.toThrow();
  });
});
