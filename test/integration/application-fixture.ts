/** What tests of whole applications need: applications that are closed with the test, records written and read by a client of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { KafkaStreams } from '../../src/app.js';
import type { KafkaStreamsOptions } from '../../src/config/options.js';
import { silentLogger } from '../../src/observe/logger.js';
import type { Topology } from '../../src/topology/topology.js';
import { brokers, plainClient, uniqueName } from './kafka.js';

interface Applications {
  /** Makes an application on the shared broker; whoever forgets to close it has it closed after the test. */
  readonly start: (
    topology: Topology,
    options: Partial<KafkaStreamsOptions> & { applicationId: string },
  ) => KafkaStreams;
  /** The folder of their state, made anew for each test. */
  readonly stateDir: () => string;
}

/** To be called once in a test file. */
export function applications(): Applications {
  let stateDir: string;
  const running: KafkaStreams[] = [];
  beforeEach(() => {
    stateDir = mkdtempSync(join(tmpdir(), 'millrace-test-'));
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((streams) => streams.close()));
    rmSync(stateDir, { recursive: true, force: true });
  });
  return {
    stateDir: () => stateDir,
    start(topology, options) {
      const streams = new KafkaStreams(topology, {
        kafka: { brokers: brokers() },
        stateDir,
        commitInterval: '100ms',
        logger: silentLogger,
        ...options,
      });
      running.push(streams);
      return streams;
    },
  };
}

/** To be called once in a test file: gives an admin client that is connected while its tests run. */
export function administration(): () => Admin {
  let admin: Admin;
  beforeAll(async () => {
    admin = plainClient().admin();
    await admin.connect();
  });
  afterAll(() => admin.disconnect());
  return () => admin;
}

/** Resolves once it is so; the time limit is the test's. */
export async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await sleep(20);
}

export async function produce(
  topic: string,
  records: readonly (readonly [key: string, value: string])[],
  partition?: number,
): Promise<void> {
  const producer = plainClient().producer();
  await producer.connect();
  await producer.send({
    topic,
    messages: records.map(([key, value]) => ({ key, value, ...(partition === undefined ? {} : { partition }) })),
  });
  await producer.disconnect();
}

/** Calls `take` with each record of a topic, from its start, until it returns true. */
export async function readUntil(topic: string, take: (key: string, value: Buffer | null) => boolean): Promise<void> {
  const consumer = plainClient().consumer({ groupId: uniqueName('witness') });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  try {
    await new Promise<void>((resolve, reject) => {
      consumer
        .run({
          eachMessage: ({ message }) => {
            if (take(String(message.key), message.value)) resolve();
            return Promise.resolve();
          },
        })
        .catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
}

/** The last value of each key of a topic, read until `enough` says so. */
export async function table(
  topic: string,
  decode: (bytes: Buffer) => unknown,
  enough: (rows: ReadonlyMap<string, unknown>) => boolean,
): Promise<Map<string, unknown>> {
  const rows = new Map<string, unknown>();
  await readUntil(topic, (key, value) => {
    rows.set(key, value === null ? null : decode(value));
    return enough(rows);
  });
  return rows;
}
