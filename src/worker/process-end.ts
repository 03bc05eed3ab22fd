/** Beside a record's way: what an application has to do with the end of its process, by a signal or by a failure that nobody saw. */
import { constants } from 'node:os';
import { MillraceError } from '../errors/error.js';
import { ignoreRejection } from '../errors/promised.js';
import { reasonOf, shownValue } from '../errors/shown-value.js';
import type { Logger } from '../observe/logger.js';
import type { Duration } from '../time/duration.js';

export type EndSignal = 'SIGINT' | 'SIGTERM';

/**
 * What to do after a failure that nothing else handled: end this instance (its tasks go to the others), end all instances
 * of the application, or give this one's tasks up without a commit and begin anew: after 100 ms, twice as long each further
 * time up to 30 s, from the start again once it has gone well for a minute.
 * Kafka Streams: `StreamsUncaughtExceptionHandler` (SHUTDOWN_CLIENT, SHUTDOWN_APPLICATION, REPLACE_THREAD).
 */
export type UncaughtDecision = 'shutdown' | 'shutdown-application' | 'replace';
/** Must decide at once; what is no decision, and an error of its own, are taken for `shutdown`. */
export type UncaughtErrorHandler = (error: Error) => UncaughtDecision;

const DECISIONS: ReadonlySet<UncaughtDecision> = new Set(['shutdown', 'shutdown-application', 'replace']);

export interface RunOptions {
  /** The signals that end the application. Default: SIGINT (Ctrl-C) and SIGTERM. `[]`: none. */
  readonly signals?: readonly EndSignal[] | undefined;
}

export interface CloseOptions {
  /** How long closing may take in all. Default: the option `closeTimeout`, 30 s unless set. */
  readonly timeout?: Duration | undefined;
  /** Whether the others take over at once, or only after the session time-out. Default: true, false for static members. */
  readonly leaveGroup?: boolean | undefined;
}

/**
 * A signal that comes again so soon is the same one: `npm run`, `tsx` and `timeout` pass on what the terminal has sent to
 * all processes already.
 */
const SAME_SIGNAL_MS = 500;

/**
 * Calls `drain` at the first of these signals; at the second, half a second later or more, the process ends at once, with the
 * exit code that the signal gives.
 * @param exit for tests; default: ends the process
 * @param now for tests; default: the steady clock, ms
 * @returns stops listening
 */
export function onEndSignals(
  signals: readonly EndSignal[],
  logger: Logger,
  drain: (signal: EndSignal) => void,
  exit: (code: number) => void = (code) => process.exit(code),
  now: () => number = () => performance.now(),
): () => void {
  let first: number | null = null;
  const listener = (signal: NodeJS.Signals): void => {
    if (first === null) {
      first = now();
      logger.info(`${signal}: finishing what is at hand; the same signal again ends the process at once`);
      drain(signal as EndSignal);
      return;
    }
    if (now() - first < SAME_SIGNAL_MS) return;
    logger.warn(`${signal} again: the process ends without finishing; what is not committed is processed again`);
    exit(128 + constants.signals[signal]);
  };
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}

const END_SIGNALS: readonly string[] = ['SIGINT', 'SIGTERM'] satisfies EndSignal[];

/** @throws MillraceError CONFIG_INVALID unless it is a list of signals that an application can end by */
export function checkSignals(given: unknown): void {
  const wrong: unknown = Array.isArray(given) ? given.find((one) => !END_SIGNALS.includes(one as string)) : given;
  if (Array.isArray(given) && wrong === undefined) return;
  const problem = `option signals of run() must be a list of ${END_SIGNALS.join(' and ')}, or [] for none, not ${Array.isArray(given) ? 'one with ' : ''}${shownValue(wrong)}`;
  throw new MillraceError('CONFIG_INVALID', problem, { option: 'signals' });
}

/** @throws MillraceError CONFIG_INVALID unless it can be called when something happens */
export function checkCalled(call: string, given: unknown): void {
  if (typeof given === 'function') return;
  throw new MillraceError('CONFIG_INVALID', `${call} takes a function, not ${shownValue(given)}`);
}

/** What a handler decides about an error; one that decides nothing is told so in the log. */
export function decisionOf(handler: UncaughtErrorHandler, error: Error, logger: Logger): UncaughtDecision {
  let decision: unknown;
  try {
    decision = handler(error);
  } catch (thrown) {
    logger.error('the uncaught-error handler failed itself; the instance is shut down', { error: reasonOf(thrown) });
    return 'shutdown';
  }
  if (DECISIONS.has(decision as UncaughtDecision)) return decision as UncaughtDecision;
  ignoreRejection(decision);
  const what = `it must return ${[...DECISIONS].join(', ')}, not ${shownValue(decision)}`;
  logger.error(`the uncaught-error handler decided nothing; the instance is shut down: ${what}`);
  return 'shutdown';
}

/** Failures that nobody has looked at yet. */
const unseen = new Set<object>();
let listening = false;

/** Has the process end with exit code 1, unless it says otherwise itself, as long as nobody looks at the failure of `owner`. */
export function exitCodeUnlessSeen(owner: object): void {
  unseen.add(owner);
  if (listening) return;
  listening = true;
  process.on('exit', () => {
    if (unseen.size > 0) process.exitCode ??= 1;
  });
}

/** Somebody has: it is theirs to decide. */
export function failureSeen(owner: object): void {
  unseen.delete(owner);
}

/** Whether there is a failure that nobody has looked at. */
export function isFailureUnseen(owner: object): boolean {
  return unseen.has(owner);
}
