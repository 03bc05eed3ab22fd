import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  consoleLogger,
  isLogger,
  messageFirst,
  loggerFrom,
  loggerWith,
  silentLogger,
  type Logger,
  type LogLevel,
} from '../../src/observe/logger.js';

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

describe('loggers as they are', () => {
  it('of pino get the facts first', () => {
    const lines: string[] = [];
    const logger = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
    expect(isLogger(logger)).toBe(true);
    speakAll(messageFirst(logger));
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ level: 20, msg: 'a' }),
      expect.objectContaining({ level: 30, msg: 'b', n: 1 }),
      expect.objectContaining({ level: 40, msg: 'c' }),
      expect.objectContaining({ level: 50, msg: 'd', n: 2 }),
    ]);
    speakAll(loggerFrom('error', logger));
    expect(lines).toHaveLength(5);
  });

  it('of NestJS are asked to log what is info', () => {
    const lines: unknown[][] = [];
    const nest = {
      log: (...all: unknown[]) => void lines.push(['log', ...all]),
      warn: (...all: unknown[]) => void lines.push(['warn', ...all]),
      error: (...all: unknown[]) => void lines.push(['error', ...all]),
    };
    expect(isLogger(nest)).toBe(true);
    speakAll(messageFirst(nest));
    expect(lines).toEqual([
      ['log', 'b [n 1]'],
      ['warn', 'c'],
      ['error', 'd [n 2]'],
    ]);
  });

  it('of the console, winston and others are used as they are', () => {
    expect(messageFirst(console)).toBe(console);
    expect(isLogger(console)).toBe(true);
    expect([isLogger(null), isLogger({}), isLogger({ warn: () => undefined }), isLogger(console.log)]).toEqual([
      ...[false, false, false, false],
    ]);
  });
});

describe('the default logger', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('writes warnings and errors with their facts, and nothing else', () => {
    const written: unknown[][] = [];
    const note = (...all: unknown[]): void => void written.push(all);
    for (const method of ['debug', 'info', 'log', 'warn', 'error'] as const) {
      vi.spyOn(console, method).mockImplementation(note);
    }
    speakAll(consoleLogger);
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    consoleLogger.error('broken', { error: 'no', stack: 'at a.ts:1', topic: 'orders', offset: 5n, cycle });
    expect(written).toEqual([
      ['millrace warning: c'],
      ['millrace error: d [n 2]'],
      ['millrace error: broken: no [topic orders, offset 5, cycle (cannot be shown)]\nat a.ts:1'],
    ]);
  });
});
