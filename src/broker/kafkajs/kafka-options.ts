/** The option `kafka`, and what is wrong with it, told before anything is connected: kafkajs itself would ignore most of it. */
import type { KafkaConfig } from 'kafkajs';
import { nearestName } from '../../errors/nearest-name.js';

/**
 * How to reach Kafka: kafkajs's own configuration (`brokers`, `ssl`, `sasl` with PLAIN, SCRAM, OAUTHBEARER or AWS,
 * `clientId`, `socketFactory`, …), without its retries: when to try again is decided here.
 * Differences: `connectionTimeout` is 5,000 ms unless set; `requestTimeout` (30,000 ms) only bounds what each kind of request
 * is given, most of them a few seconds; `logLevel` is WARN, and lines go to the application's logger, where a connection
 * that fails is one line for each broker and not one for each attempt.
 */
export type KafkaOptions = OrUndefined<Omit<KafkaConfig, 'retry' | 'enforceRequestTimeout'>>;

/** What may be left out may be undefined too: it often comes from the environment. */
type OrUndefined<T> = { [P in keyof T]: undefined extends T[P] ? T[P] | undefined : T[P] };

const KNOWN = [
  'brokers',
  'ssl',
  'sasl',
  'clientId',
  'connectionTimeout',
  'authenticationTimeout',
  'reauthenticationThreshold',
  'requestTimeout',
  'socketFactory',
  'logLevel',
  'logCreator',
] as const satisfies readonly (keyof KafkaOptions)[];

/** Options of kafkajs that do nothing here, and what does what they are meant for. */
const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  retry: 'requests are tried again by Millrace itself; see startTimeout, closeTimeout and producer.deliveryTimeout',
  enforceRequestTimeout: 'every request has a time limit',
};

/** The names that the option `kafka` may have. */
export const KAFKA_OPTIONS: readonly string[] = KNOWN;

export const SASL_MECHANISMS: readonly string[] = ['plain', 'scram-sha-256', 'scram-sha-512', 'aws', 'oauthbearer'];

/** One sentence for each problem, beginning with the name of the option. */
export function kafkaProblems(kafka: object): string[] {
  const { brokers, sasl, ssl } = kafka as Readonly<Record<string, unknown>>;
  return [...nameProblems(kafka), ...addressProblems(brokers), ...sslProblems(ssl), ...saslProblems(sasl)];
}

function nameProblems(kafka: object): string[] {
  return Object.keys(kafka).flatMap((name) => {
    if ((KNOWN as readonly string[]).includes(name) || (kafka as Record<string, unknown>)[name] === undefined)
      return [];
    const instead = WITHOUT_EFFECT[name];
    if (instead !== undefined) return [`kafka.${name} has no effect: ${instead}`];
    const near = nearestName(name, KNOWN);
    return [
      `kafka.${name} is not an option (${near === null ? `it knows ${KNOWN.join(', ')}` : `did you mean ${near}?`})`,
    ];
  });
}

function addressProblems(brokers: unknown): string[] {
  if (!Array.isArray(brokers)) return [];
  return brokers.flatMap((address: unknown) => {
    if (typeof address !== 'string') return [];
    const scheme = /^\s*([a-z][a-z0-9+_.-]*):\/\//i.exec(address);
    if (scheme !== null) {
      const rest = address.slice(scheme[0].length).replace(/\/.*$/, '');
      return [
        `kafka.brokers holds ${address}: write ${rest === '' ? 'host:port' : rest}, without ${String(scheme[1])}://`,
      ];
    }
    const port = /^\s*\[?[^[\]\s,]+?\]?:(\d{1,5})\s*$/.exec(address)?.[1];
    if (port !== undefined && Number(port) >= 1 && Number(port) <= 65_535) return [];
    const hint = address.includes(',') ? "; give each address a text of its own: ['one:9092', 'two:9092']" : '';
    return [`kafka.brokers holds ${JSON.stringify(address)}, which is no address such as 'host:9092'${hint}`];
  });
}

function sslProblems(ssl: unknown): string[] {
  if (ssl === undefined || typeof ssl === 'boolean' || (typeof ssl === 'object' && ssl !== null)) return [];
  return ['kafka.ssl must be true, false or an object such as { ca }'];
}

const WITH_PASSWORD: readonly string[] = ['plain', 'scram-sha-256', 'scram-sha-512'];

function saslProblems(sasl: unknown): string[] {
  if (sasl === undefined) return [];
  if (typeof sasl !== 'object' || sasl === null)
    return ['kafka.sasl must be an object with mechanism, username and password'];
  const { mechanism, authenticationProvider, username, password } = sasl as Readonly<Record<string, unknown>>;
  // Mechanisms of one's own bring what speaks them.
  if (typeof authenticationProvider === 'function') return [];
  const known = SASL_MECHANISMS.join(', ');
  if (typeof mechanism !== 'string') return [`kafka.sasl.mechanism is required: one of ${known}`];
  if (WITH_PASSWORD.includes(mechanism.toLowerCase())) {
    return Object.entries({ username, password }).flatMap(([name, given]) =>
      typeof given === 'string' && given !== '' ? [] : [`kafka.sasl.${name} is required for ${mechanism}`],
    );
  }
  if (SASL_MECHANISMS.includes(mechanism.toLowerCase())) return [];
  const near = nearestName(mechanism, SASL_MECHANISMS);
  return [
    `kafka.sasl.mechanism ${mechanism} is not known; it is one of ${known}${near === null ? '' : ` (did you mean ${near}?)`}`,
  ];
}
