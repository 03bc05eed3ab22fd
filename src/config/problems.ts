/** What is wrong with the options of an application, all of it at once, so that nobody starts as often as there are mistakes. */
import { z } from 'zod';
import { KAFKA_OPTIONS, kafkaProblems } from '../broker/kafkajs/kafka-options.js';
import { nearestName } from '../errors/nearest-name.js';
import { problemOfDuration, toMilliseconds, type Duration } from '../time/duration.js';
import { objectCheck } from './option.js';
import type { KafkaStreamsOptions } from './options.js';
import { optionTable, sessionTimeoutMs } from './table.js';

const check = objectCheck(optionTable);

/** Each begins with the name of its option. */
export function problemsOf(options: KafkaStreamsOptions): string[] {
  if (typeof options !== 'object' || (options as unknown) === null) {
    return ["options must be an object such as { applicationId: 'my-app', kafka: { brokers: ['localhost:9092'] } }"];
  }
  const problems = problemsOfTable(check, options);
  const { kafka, sessionTimeout, heartbeatInterval } = options as Partial<KafkaStreamsOptions>;
  if (typeof kafka === 'object' && (kafka as unknown) !== null) problems.push(...kafkaProblems(kafka));
  const session = lengthOf(sessionTimeout ?? sessionTimeoutMs({}));
  const heartbeat = lengthOf(heartbeatInterval);
  if (session !== null && heartbeat !== null && heartbeat >= session) {
    problems.push(
      `heartbeatInterval (${String(heartbeat)} ms) must be shorter than sessionTimeout (${String(session)} ms), a third of it or less`,
    );
  }
  return problems;
}

/** What is wrong with options that are checked by a table, in our own words. */
export function problemsOfTable(table: z.ZodObject, options: object): string[] {
  const { error } = table.safeParse(options, { error: plainWords });
  return (error?.issues ?? []).flatMap((issue) => describeIssue(issue, table));
}

/** Milliseconds, null of what is no duration: that is told elsewhere. */
function lengthOf(given: Duration | undefined): number | null {
  return given === undefined || problemOfDuration(given) !== null ? null : toMilliseconds(given, '');
}

function describeIssue(issue: z.core.$ZodIssue, table: z.ZodObject): string[] {
  const path = issue.path.map(String);
  const place = path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const known = knownAt(path, table);
    const prefix = place === '' ? '' : `${place}.`;
    return issue.keys.map((key) => `${prefix}${key} is not an option${suggestion(key, known, path.length === 0)}`);
  }
  return [`${place} ${issue.message}`];
}

/** For what a check does not say in words of its own. */
function plainWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? issue.expected}, not ${kindOf(issue.input)}`;
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? 'must not be empty'
        : `must be at least ${String(issue.minimum)}`;
    case 'too_big':
      return `must be at most ${String(issue.maximum)}`;
    default:
      return undefined;
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};

/** Without the value itself, which may be a secret. */
function kindOf(input: unknown): string {
  if (input === null || input === undefined) return String(input);
  if (Array.isArray(input)) return 'a list';
  return typeof input === 'string' ? 'a text' : `${typeof input === 'object' ? 'an' : 'a'} ${typeof input}`;
}

/** The names of the options that stand together at a place of the options. */
function knownAt(path: readonly string[], table: z.ZodObject): string[] {
  let at: unknown = table;
  for (const name of path) at = objectAt(at)?.shape[name];
  return Object.keys(objectAt(at)?.shape ?? {});
}

function objectAt(schema: unknown): z.ZodObject | null {
  const given = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  return given instanceof z.ZodObject ? given : null;
}

function suggestion(key: string, known: readonly string[], outermost: boolean): string {
  const elsewhere = outermost ? (ELSEWHERE[key] ?? groupOf(key)) : null;
  if (elsewhere !== null) return ` (${elsewhere})`;
  const near = nearestName(key, known);
  if (near !== null) return ` (did you mean ${near}?)`;
  return outermost || known.length === 0 ? '' : ` (it knows ${known.join(', ')})`;
}

/** An option that stands among others under one name. */
function groupOf(key: string): string | null {
  if (KAFKA_OPTIONS.includes(key)) return `did you mean kafka.${key}?`;
  const name = Object.keys(check.shape).find((group) => objectAt(check.shape[group])?.shape[key] !== undefined);
  return name === undefined ? null : `did you mean ${name}.${key}?`;
}

const THREADS = 'an instance is one thread: start more instances';
const STANDBY = 'there are no standby tasks';

/** What people look for among the options, and where it is. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'bootstrap.servers': 'did you mean kafka.brokers?',
  bootstrapServers: 'did you mean kafka.brokers?',
  'client.id': 'did you mean kafka.clientId?',
  groupId: 'it is the applicationId',
  'group.id': 'it is the applicationId',
  'num.stream.threads': THREADS,
  numStreamThreads: THREADS,
  'num.standby.replicas': STANDBY,
  numStandbyReplicas: STANDBY,
  onUncaughtError: 'it is a method: streams.onUncaughtError(handler)',
  onStateChange: 'it is a method: streams.onStateChange(listener)',
  onRestore: 'it is a method: streams.onRestore(listener)',
  deserialization: 'did you mean deserializationErrorHandler?',
  processing: 'did you mean processingErrorHandler?',
  production: 'did you mean productionErrorHandler?',
};
