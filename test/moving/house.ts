/** Runs one application three times over the same input, in two portions: on the JVM, and moving away from it and to it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brokers, uniqueName } from '../integration/kafka.js';
import type { MovingApplication } from './applications/application.js';
import { evidenceOf, type Evidence } from './evidence.js';
import { portions, timeZero } from './inputs.js';
import type { KafkaSide } from './kafka-side.js';
import type { Side } from './side.js';

/** What one run left after each of the two portions. */
export interface Stay {
  readonly descriptions: readonly string[];
  readonly first: Evidence;
  readonly second: Evidence;
  /** Records that were restored from changelogs by the second. */
  readonly restored: number;
}

export interface Moves {
  readonly inputs: readonly string[];
  /** The JVM alone, stopped and started again in between. */
  readonly stayed: Stay;
  /** From the JVM to Millrace. */
  readonly came: Stay;
  /** From Millrace to the JVM. */
  readonly went: Stay;
}

export async function move(
  application: MovingApplication,
  kafka: KafkaSide,
  jvm: Side,
  millrace: Side,
  seed: number,
): Promise<Moves> {
  const inputs = application.inputs.map((kind, i) => uniqueName(`${application.name}-${kind}-${i}`));
  const routes = [
    [jvm, jvm],
    [jvm, millrace],
    [millrace, jvm],
  ] as const;
  const runs = routes.map((sides) => {
    const applicationId = uniqueName(`${application.name}-${sides.map(({ name }) => name).join('-')}`);
    return { sides, applicationId, inputs, output: `${applicationId}.output` };
  });
  await kafka.createTopics([...inputs, ...runs.map(({ output }) => output)]);
  const zero = timeZero(Date.now());
  const written = application.inputs.map((kind, i) => portions(kind, i, seed, zero));
  const halves: Work[][] = [];
  for (const half of [0, 1] as const) {
    await Promise.all(inputs.map((input, i) => kafka.write(input, written[i]![half])));
    halves.push(await Promise.all(runs.map((run) => work(application, kafka, run, run.sides[half], half === 1))));
  }
  const [stayed, came, went] = runs.map((_, i): Stay => {
    const [first, second] = [halves[0]![i]!, halves[1]![i]!];
    return {
      descriptions: [first.description, second.description],
      first: first.evidence,
      second: second.evidence,
      restored: second.restored,
    };
  });
  return { inputs, stayed: stayed!, came: came!, went: went! };
}

interface Run {
  readonly applicationId: string;
  readonly inputs: readonly string[];
  readonly output: string;
}

/** What one side did with one portion. */
interface Work {
  readonly description: string;
  readonly restored: number;
  readonly evidence: Evidence;
}

/** Lets one side process what there is, from Kafka's knowledge alone. */
async function work(
  application: MovingApplication,
  kafka: KafkaSide,
  run: Run,
  side: Side,
  moved: boolean,
): Promise<Work> {
  const stateDir = mkdtempSync(join(tmpdir(), 'millrace-moving-'));
  try {
    const running = await side.start({ application, brokers: brokers(), stateDir, ...run });
    let restored = 0;
    try {
      await kafka.allCommitted(run.applicationId, run.inputs, running);
    } finally {
      restored = await running.close();
    }
    await kafka.groupIsEmpty(run.applicationId);
    return { description: running.description, restored, evidence: await evidenceOf(kafka, application, run, moved) };
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
}
