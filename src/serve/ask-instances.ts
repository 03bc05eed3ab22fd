/** Asks the other instances of an application what they run and how far behind they are: each tells it of itself at `/instances`. */
import { z } from 'zod';
import { reasonOf } from '../errors/shown-value.js';
import { refuseUnknownOptions } from '../errors/unknown-option.js';
import type { AskedInstance, InstanceMetadata, InstancesAsked } from '../observe/instance-metadata.js';
import { bearer } from '../query/bearer.js';
import type { InstanceTransport } from '../query/transport.js';
import { toMilliseconds } from '../time/duration.js';
import { bodyText } from './body-text.js';
import { jsonOf } from './reply.js';

const DEFAULT_TIMEOUT_MS = 2_000;
const INSTANCES_PATH = '/instances';
/** Bytes of an answer: a thousand tasks take a tenth of it. */
const LONGEST_ANSWER = 4 * 1024 * 1024;

const count = z.int().min(0);
const lag = count.nullable();
/** As an instance describes itself. */
const itself = z.object({
  tasks: z.array(z.string()),
  partitions: z.array(z.object({ topic: z.string(), partition: count })),
  stores: z.array(z.string()),
  lags: z.object({
    inputs: z.array(z.object({ topic: z.string(), partition: count, lag })),
    stores: z.array(z.object({ store: z.string(), task: z.string(), partition: count, lag: count })),
  }),
});
const answered = z.object({ instances: z.array(z.looseObject({ isHere: z.boolean() })) });

/**
 * @param known all of them; this one is not asked
 * @param token what the instances show each other; null: nothing
 * @throws MillraceError CONFIG_INVALID for options that it does not have
 */
export async function askInstances(
  known: readonly InstanceMetadata[],
  transport: InstanceTransport,
  token: string | null,
  options: InstancesAsked = {},
): Promise<readonly AskedInstance[]> {
  refuseUnknownOptions('askInstances()', options, ['timeout'] satisfies (keyof InstancesAsked)[]);
  const { timeout } = options;
  const milliseconds = timeout === undefined ? DEFAULT_TIMEOUT_MS : toMilliseconds(timeout, 'askInstances.timeout');
  const headers = bearer(token);
  return await Promise.all(
    known.map(async (one): Promise<AskedInstance> => {
      const { host, isHere } = one;
      if (isHere || host === null) return { ...one, problem: null };
      const signal = AbortSignal.timeout(milliseconds);
      try {
        const body = await transport.stream(host, INSTANCES_PATH, { body: null, headers, signal });
        return { host, isHere, ...(await read(body)), problem: null };
      } catch (error) {
        const late = `it has not answered within ${String(milliseconds)} ms (timeout)`;
        return { ...one, problem: signal.aborted ? late : reasonOf(error) };
      }
    }),
  );
}

async function read(body: AsyncIterable<Uint8Array>): Promise<z.output<typeof itself>> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > LONGEST_ANSWER) throw new Error(`it answered with more than ${String(LONGEST_ANSWER)} bytes`);
    parts.push(Buffer.from(part));
  }
  const parsed = answered.safeParse(jsonOf(bodyText(parts)));
  const said = itself.safeParse(parsed.data?.instances.find(({ isHere }) => isHere));
  if (said.success) return said.data;
  throw new Error('it says of itself what is not understood here: is it of another version of Millrace?');
}
