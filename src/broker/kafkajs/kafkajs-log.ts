/** Lets kafkajs speak through the application's logger. */
import { logLevel, type KafkaConfig } from 'kafkajs';
import { LineLimit } from '../../observe/line-limit.js';
import type { Logger } from '../../observe/logger.js';
import type { InsideLogger } from './kafkajs-inside.js';

const LEVELS = { error: logLevel.ERROR, warn: logLevel.WARN, info: logLevel.INFO, debug: logLevel.DEBUG } as const;

/**
 * What kafkajs calls an error (a refused connection, say) is one that our retries deal with, and that is told once for each
 * broker and not for each attempt: it is for those who look for a fault. A warning that repeats itself is counted.
 * @param config `logLevel` decides what passes (default: warnings and errors); a `logCreator` gets the lines instead
 */
export function kafkajsLogger(config: Pick<KafkaConfig, 'logLevel' | 'logCreator'>, logger: Logger): InsideLogger {
  const allowed = config.logLevel ?? logLevel.WARN;
  const custom = config.logCreator?.(allowed);
  const lines = new LineLimit(logger);
  const inNamespace = (namespace: string): InsideLogger => {
    const method =
      (level: keyof typeof LEVELS) =>
      (message: string, extra: object = {}): void => {
        if (LEVELS[level] > allowed) return;
        if (custom === undefined) {
          const line = `kafkajs ${namespace}: ${message}`;
          if (level === 'warn') lines.warn(line, line, { ...extra });
          else logger[level === 'error' ? 'debug' : level](line, { ...extra });
        } else {
          const log = { timestamp: new Date().toISOString(), logger: 'kafkajs', message, ...extra };
          custom({ namespace, level: LEVELS[level], label: level.toUpperCase(), log });
        }
      };
    return {
      debug: method('debug'),
      info: method('info'),
      warn: method('warn'),
      error: method('error'),
      namespace: inNamespace,
    };
  };
  return inNamespace('');
}
