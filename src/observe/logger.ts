/** Where messages go that are neither records nor errors thrown: to the application's logger, or what is wrong to the console. */
import { shownValue } from '../errors/shown-value.js';

/** Facts that belong to a message, e.g. `{ topic: 'orders', partition: 3 }`. */
export type LogFields = Readonly<Record<string, unknown>>;

/** What Millrace logs to: methods that take a message first. `console` is one; so are winston's and most others. */
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

/** Loggers that say `log` for what others call `info`: those of NestJS. */
export interface LoggerWithLog {
  debug?(message: string, fields?: LogFields): void;
  log(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/**
 * The loggers that the option `logger` takes as they are. Those whose methods take the facts first, as pino's and bunyan's do,
 * are known by their methods and called their way.
 */
export type GivenLogger = Logger | LoggerWithLog;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
const ignore = (): void => undefined;

/** Says nothing. */
export const silentLogger: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/* eslint-disable no-console -- the console is where this one writes */
/** The default: what went wrong, as one line each on stderr, with its facts; an error's stack on lines of its own. */
export const consoleLogger: Logger = {
  debug: ignore,
  info: ignore,
  warn: (message, fields) => {
    console.warn(consoleLine('warning', message, fields));
  },
  error: (message, fields) => {
    console.error(consoleLine('error', message, fields));
  },
};

/* eslint-enable no-console */

/** `millrace error: the instance failed: broken [topic orders, partition 3]`, and below it the stack, if there is one. */
function consoleLine(level: string, message: string, fields: LogFields | undefined): string {
  return `millrace ${level}: ${withFacts(message, fields)}`;
}

function withFacts(message: string, fields: LogFields = {}): string {
  const { stack, error, ...facts } = fields;
  const texts = Object.entries(facts).map(([name, value]) => `${name} ${shownFact(value)}`);
  const about = error === undefined ? '' : `: ${shownFact(error)}`;
  const place = texts.length === 0 ? '' : ` [${texts.join(', ')}]`;
  return `${message}${about}${place}${typeof stack === 'string' ? `\n${stack}` : ''}`;
}

function shownFact(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'bigint') return String(value);
  try {
    const text = JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part)) as
      string | undefined;
    return text ?? shownValue(value);
  } catch {
    // A cycle, or a toJSON that fails: the line itself must be written all the same.
    return '(cannot be shown)';
  }
}

/** Whether it can be logged to. */
export function isLogger(it: unknown): it is GivenLogger {
  if (typeof it !== 'object' || it === null) return false;
  const has = (method: string): boolean => typeof (it as Record<string, unknown>)[method] === 'function';
  return has('warn') && has('error') && ((has('info') && has('debug')) || has('log'));
}

/** The logger as all of Millrace uses it. */
export function messageFirst(given: GivenLogger): Logger {
  if (takesFactsFirst(given)) {
    return methods((level) => {
      const factsFirst = given as unknown as Record<LogLevel, (fields: object, message: string) => unknown>;
      return (message, fields) => factsFirst[level](fields ?? {}, message);
    });
  }
  if ('info' in given) return given;
  // Of what follows a message, NestJS makes a message of its own, or takes it for the context: all is one text.
  return methods((level) => (message, fields) => {
    given[level === 'info' ? 'log' : level]?.(withFacts(message, fields));
  });
}

function methods(make: (level: LogLevel) => Logger[LogLevel]): Logger {
  return { debug: make('debug'), info: make('info'), warn: make('warn'), error: make('error') };
}

/** Pino's have `bindings`, bunyan's `fields`, and both make children of themselves. */
function takesFactsFirst(given: GivenLogger): boolean {
  const { child, bindings, fields } = given as { child?: unknown; bindings?: unknown; fields?: unknown };
  return (
    typeof child === 'function' && (typeof bindings === 'function' || (typeof fields === 'object' && fields !== null))
  );
}

/** Passes on messages of this level and above. */
export function loggerFrom(level: LogLevel, given: GivenLogger): Logger {
  const logger = messageFirst(given);
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
export function loggerWith(fields: LogFields, given: GivenLogger): Logger {
  const logger = messageFirst(given);
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
