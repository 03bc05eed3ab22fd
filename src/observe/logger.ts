/** Where messages go that are neither records nor errors thrown. Silent unless the application passes a logger. */

/** Facts that belong to a message, e.g. `{ topic: 'orders', partition: 3 }`. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * What Millrace logs to. `console` is one; so are winston's and most others whose methods take a message first.
 * For pino: `{ warn: (message, fields) => pino.warn(fields, message), … }`.
 */
export interface Logger {
  /** Steps that matter only when looking for a fault. */
  debug(message: string, fields?: LogFields): void;
  /** Changes of state: joined, assigned, restored. */
  info(message: string, fields?: LogFields): void;
  /** Something went wrong and is being dealt with. */
  warn(message: string, fields?: LogFields): void;
  /** Something went wrong and stays so. */
  error(message: string, fields?: LogFields): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
const ignore = (): void => undefined;

/** The default: says nothing. */
export const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** Passes on messages of this level and above. */
export function loggerFrom(level: LogLevel, logger: Logger): Logger {
  const lowest = LEVELS.indexOf(level);
  const method = (of: LogLevel): Logger[LogLevel] =>
    LEVELS.indexOf(of) < lowest
      ? ignore
      : (message, fields) => {
          // Without fields the call has one argument: console would print "undefined" for a second one.
          if (fields === undefined) logger[of](message);
          else logger[of](message, fields);
        };
  return { debug: method('debug'), info: method('info'), warn: method('warn'), error: method('error') };
}

/** Adds facts to every message, e.g. which worker speaks. */
export function loggerWith(fields: LogFields, logger: Logger): Logger {
  const method =
    (of: LogLevel): Logger[LogLevel] =>
    (message, more) => {
      logger[of](message, more === undefined ? fields : { ...fields, ...more });
    };
  return { debug: method('debug'), info: method('info'), warn: method('warn'), error: method('error') };
}

/**
 * A user's logger that cannot stop those who log: that it fails, by throwing or by a promise that rejects, is told once.
 * @param failed told of the first failure
 */
export function guardedLogger(logger: Logger, failed: (cause: unknown) => void): Logger {
  if (logger === silentLogger) return logger;
  let told = false;
  const tell = (cause: unknown): void => {
    if (told) return;
    told = true;
    failed(cause);
  };
  const method =
    (of: LogLevel): Logger[LogLevel] =>
    (message, fields) => {
      try {
        // Typed as giving nothing, which does not keep it from being asynchronous.
        const log = logger[of].bind(logger) as (...args: unknown[]) => unknown;
        const result = fields === undefined ? log(message) : log(message, fields);
        if (result instanceof Promise) result.catch(tell);
      } catch (cause) {
        tell(cause);
      }
    };
  return { debug: method('debug'), info: method('info'), warn: method('warn'), error: method('error') };
}
