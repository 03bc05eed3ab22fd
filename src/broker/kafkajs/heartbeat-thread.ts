/**
 * The heartbeat thread: keeps a group's session alive on a connection of its own, while user code may hold the main
 * thread. Started by `ThreadedHeartbeats`; imports nothing of the runtime, nor what reads and writes records: an instance joins its
 * group once this is loaded.
 */
import { inspect } from 'node:util';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { BrokerError } from '../../errors/broker-error.js';
import { silentLogger, type Logger, type LogLevel } from '../../observe/logger.js';
import { GroupCoordinator } from '../wire/group/coordinator.js';
import { Heartbeat } from '../wire/group/heartbeat.js';
import { LifeSign } from '../wire/group/life-sign.js';
import { BrokerHealth } from './broker-health.js';
import { KafkajsTransport } from './kafkajs-transport.js';
import type { FromThread, PlainError, ThreadData, ToThread } from './thread-messages.js';
import { transportSettings } from './transport-settings.js';

const PULSE_MS = 1_000;
const main = parentPort as MessagePort;
const { kafka, group, memory } = workerData as ThreadData;
/** The number of the identity that beats now. */
let term = 0;

function tell(message: FromThread): void {
  main.postMessage(message);
}

function plain(error: Error): PlainError {
  const { message } = error;
  if (!(error instanceof BrokerError)) return { message, class: 'fatal', kafkaCode: -1, code: 'BROKER_FATAL' };
  return { message, class: error.class, kafkaCode: error.kafkaCode, code: error.code };
}

const logged =
  (level: LogLevel): Logger[LogLevel] =>
  (message, fields) => {
    tell({ type: 'log', level, message, fields: fields === undefined ? undefined : textOf(fields) });
  };

/** Fields may hold what cannot be sent, such as errors of sockets. */
function textOf(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(fields).map(([name, value]) => {
    const simple = value === null || ['string', 'number', 'boolean', 'undefined'].includes(typeof value);
    return [name, simple ? value : inspect(value)] as const;
  });
  return Object.fromEntries(entries);
}

const logger: Logger = {
  debug: logged('debug'),
  info: logged('info'),
  warn: logged('warn'),
  error: logged('error'),
};
// The main thread talks to the same brokers and says what becomes of them.
const settingsOf = transportSettings(kafka, logger, new BrokerHealth(silentLogger));
const coordinator = new GroupCoordinator((role) => new KafkajsTransport(settingsOf(role)), group);
const heartbeat = new Heartbeat(
  group,
  (identity) => coordinator.heartbeat(identity),
  {
    acknowledged: () => {
      tell({ type: 'acknowledged', term });
    },
    rebalancing: () => {
      tell({ type: 'rebalancing', term });
    },
    unanswered: (error) => {
      tell({ type: 'unanswered', term, error: plain(error) });
    },
    lost: (error) => {
      tell({ type: 'lost', term, error: plain(error) });
    },
    failed: (error) => {
      tell({ type: 'failed', term, error: plain(error) });
    },
  },
  new LifeSign(memory),
);

main.on('message', (message: ToThread) => {
  switch (message.type) {
    case 'start':
      term = message.term;
      heartbeat.start(message.identity, term, message.sent);
      return;
    case 'join':
      heartbeat.join();
      return;
    case 'stop':
      heartbeat.stop();
      return;
    case 'hurry':
      heartbeat.hurry();
  }
});
if (group.pulse !== undefined) {
  const pulse = new Int32Array(group.pulse);
  setInterval(() => Atomics.add(pulse, 0, 1), PULSE_MS);
}
tell({ type: 'ready' });
