/** Where in a cluster a group is coordinated and a partition is led, so that a test can harm the right broker. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AnswerReader, exchange, requestFrame, textBytes } from './kafka-request.js';
import { LaunchError } from './launch-error.js';
import type { KafkaNode, RunningKafka } from './options.js';

const METADATA = 3;
const METADATA_VERSION = 2;
const FIND_COORDINATOR = 10;
const ANSWER_TIMEOUT_MS = 2_000;
const DEFAULT_TIMEOUT_MS = 30_000;
const PAUSE_MS = 100;

/** Both questions, as part of a {@link RunningKafka}. */
export function positionsIn(
  brokers: readonly string[],
  nodes: readonly KafkaNode[],
  timeoutMs = DEFAULT_TIMEOUT_MS,
): Pick<RunningKafka, 'coordinatorOf' | 'leaderOf'> {
  const find = async (what: string, request: Buffer, read: (answer: AnswerReader) => number): Promise<KafkaNode> => {
    const id = await askUntilKnown(what, brokers, request, read, timeoutMs);
    const node = nodes.find((one) => one.id === id);
    if (node !== undefined) return node;
    throw new LaunchError(`${what} is on broker ${id}, which was not started here: it is not ours to handle`);
  };
  return {
    coordinatorOf: (groupId) =>
      find(
        `the coordinator of group ${groupId}`,
        requestFrame(FIND_COORDINATOR, 0, textBytes(groupId)),
        readCoordinator,
      ),
    leaderOf: (topic, partition) =>
      find(`the leader of ${topic}-${partition}`, metadataRequest(topic), (answer) => readLeader(answer, partition)),
  };
}

/** Goes round the brokers, of which some may be down or frozen; a negative answer stands for "not known". */
async function askUntilKnown(
  what: string,
  brokers: readonly string[],
  request: Buffer,
  read: (answer: AnswerReader) => number,
  timeoutMs: number,
): Promise<number> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let reason = 'no broker knows it';
    for (const address of brokers) {
      const answer = await exchange(address, request, ANSWER_TIMEOUT_MS);
      if (typeof answer === 'string') {
        reason = answer;
        continue;
      }
      const id = read(new AnswerReader(answer));
      if (id >= 0) return id;
    }
    if (performance.now() > deadline) throw new LaunchError(`${what} is not known after ${timeoutMs} ms: ${reason}`);
    await sleep(PAUSE_MS);
  }
}

function readCoordinator(answer: AnswerReader): number {
  const error = answer.int16();
  const id = answer.int32();
  return error === 0 ? id : -1;
}

function metadataRequest(topic: string): Buffer {
  const one = Buffer.from([0, 0, 0, 1]);
  return requestFrame(METADATA, METADATA_VERSION, Buffer.concat([one, textBytes(topic)]));
}

/** Brokers, cluster id, controller, then the one topic: error, name, internal or not, and its partitions in any order. */
function readLeader(answer: AnswerReader, partition: number): number {
  for (let left = answer.int32(); left > 0; left--) {
    answer.int32();
    answer.text();
    answer.int32();
    answer.text();
  }
  answer.text();
  answer.int32();
  if (answer.int32() === 0) return -1;
  answer.int16();
  answer.text();
  answer.int8();
  for (let left = answer.int32(); left > 0; left--) {
    const error = answer.int16();
    const found = answer.int32();
    const leader = answer.int32();
    for (let replicas = answer.int32(); replicas > 0; replicas--) answer.int32();
    for (let inSync = answer.int32(); inSync > 0; inSync--) answer.int32();
    // An error beside a leader says that some replica is away, which does not matter here.
    if (found === partition) return error === 0 || leader >= 0 ? leader : -1;
  }
  return -1;
}
