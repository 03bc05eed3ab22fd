import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KafkaStreams } from '../../src/app.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { RunningKafka } from '../../src/local-kafka/options.js';
import { serdes } from '../../src/serde/serdes.js';
import { Child } from './counting-group.js';
import { createTopic, ownKafka, plainClient, uniqueName } from './kafka.js';

let kafka: RunningKafka;
let folder: string;
beforeAll(async () => {
  kafka = await ownKafka();
  folder = mkdtempSync(join(tmpdir(), 'millrace-close-'));
});
afterAll(async () => {
  await kafka.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Writes until the promise is settled, so that there is always something to be committed. */
async function feed(topic: string, end: Promise<unknown>): Promise<void> {
  const producer = plainClient(kafka.brokers).producer();
  await producer.connect();
  const ended = end.then(
    () => true,
    () => true,
  );
  const soon = (): Promise<boolean> => new Promise((resolve) => setTimeout(resolve, 5, false));
  while (!(await Promise.race([ended, soon()]))) await producer.send({ topic, messages: [{ key: 'a', value: 'v' }] });
  await producer.disconnect();
}

describe('close() while no broker answers', () => {
  test('ends within its time and says that the last epoch is not committed', { timeout: 60_000 }, async () => {
    const topics = await Promise.all([
      createTopic('in', { on: kafka.brokers }),
      createTopic('out', { on: kafka.brokers }),
    ]);
    const [input, output] = topics;
    let results = 0;
    const builder = new StreamsBuilder();
    builder
      .stream(input, { key: serdes.string(), value: serdes.string() })
      .groupByKey()
      .count({ store: 'n' })
      .toStream()
      .peek(() => results++)
      .to(output, { value: serdes.json() });
    const warnings: string[] = [];
    const streams = new KafkaStreams(builder.build(), {
      applicationId: uniqueName('close'),
      kafka: { brokers: kafka.brokers },
      stateDir: join(folder, 'one'),
      commitInterval: '100ms',
      closeTimeout: '5s',
      stateStoreCacheMaxBytes: 0,
      logger: {
        debug: () => undefined,
        info: () => undefined,
        warn: (message) => void warnings.push(message),
        error: () => undefined,
      },
    });
    await streams.start();
    const enough = until(() => results > 20);
    await feed(input, enough);
    const before = results;
    const more = feed(
      input,
      until(() => results > before),
    );
    await until(() => results > before);
    await kafka.control?.pause();
    const begun = performance.now();
    const refusal: unknown = await streams.close().catch((error: unknown) => error);
    const took = performance.now() - begun;
    await kafka.control?.resume();
    await more;
    expect(refusal).toMatchObject({ code: 'CLOSE_TIMED_OUT' });
    expect((refusal as Error).message).toMatch(/last commit of tasks 0_0.*not committed.*processed again/);
    expect(took).toBeLessThan(6_000);
    expect(streams.state).toBe('ERROR');
    expect(streams.error).toBe(refusal);
    await streams.closed;
    expect(warnings.some((line) => line.startsWith('closing waits for the last commit'))).toBe(true);
  });

  test('gives a process a code that is not 0 when nobody handles it', { timeout: 60_000 }, async () => {
    const topics = await Promise.all([
      createTopic('in', { on: kafka.brokers }),
      createTopic('out', { on: kafka.brokers }),
    ]);
    const [input, output] = topics;
    const child = new Child({
      brokers: kafka.brokers,
      applicationId: uniqueName('close'),
      stateDir: join(folder, 'child'),
      input,
      output,
      sessionMs: 10_000,
      blockMs: 0,
      closeTimeoutMs: 3_000,
    });
    await until(() => child.lines('state').includes('state RUNNING'));
    const writing = feed(input, new Promise((resolve) => setTimeout(resolve, 1_000)));
    await writing;
    const more = feed(input, child.ended).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await kafka.control?.pause();
    const begun = performance.now();
    child.kill('SIGTERM');
    const code = await child.ended;
    const took = performance.now() - begun;
    await kafka.control?.resume();
    await more;
    expect(code).toBe(1);
    expect(took).toBeLessThan(6_000);
    expect(child.lines('state').at(-1)).toBe('state ERROR');
  });
});
