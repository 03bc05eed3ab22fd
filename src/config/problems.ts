/** What is wrong with the options of an application, all of it at once, so that nobody starts as often as there are mistakes. */
import { z } from 'zod';
import { kafkaProblems } from '../broker/kafkajs/kafka-options.js';
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
  const issues = check.safeParse(options).error?.issues ?? [];
  const problems = issues.flatMap(describeIssue);
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

/** Milliseconds, null of what is no duration: that is told elsewhere. */
function lengthOf(given: Duration | undefined): number | null {
  return given === undefined || problemOfDuration(given) !== null ? null : toMilliseconds(given, '');
}

function describeIssue(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.map(String);
  const place = path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const known = knownAt(path);
    const prefix = place === '' ? '' : `${place}.`;
    return issue.keys.map((key) => `${prefix}${key} is not an option${suggestion(key, known)}`);
  }
  return [`${place} ${issue.message}`];
}

/** The names of the options that stand together at a place of the options. */
function knownAt(path: readonly string[]): string[] {
  let at: unknown = check;
  for (const name of path) at = objectAt(at)?.shape[name];
  return Object.keys(objectAt(at)?.shape ?? {});
}

function objectAt(schema: unknown): z.ZodObject | null {
  const given = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  return given instanceof z.ZodObject ? given : null;
}

function suggestion(key: string, known: readonly string[]): string {
  const near = nearestName(key, known);
  return near === null ? '' : ` (did you mean ${near}?)`;
}
