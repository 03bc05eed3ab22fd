import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { JavaNode } from '../../src/local-kafka/java-node.js';
import { LaunchError } from '../../src/local-kafka/launch-error.js';
import type { LaunchPlan } from '../../src/local-kafka/options.js';

let folder: string;
let node: JavaNode | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-java-'));
});
afterEach(async () => {
  await node?.remove();
  node = undefined;
  rmSync(folder, { recursive: true });
});

/** A program in Java's place: formats by its first words, else runs until it is ended. A controller is not asked for an answer. */
function controller(format: string, dataDir: string | null = null): Promise<JavaNode> {
  const java = join(folder, 'java');
  writeFileSync(
    java,
    `#!/bin/sh\ncase "$*" in *StorageTool*) ${format};; esac\necho "$PWD" >> ${join(folder, 'started')}\nexec sleep 300\n`,
  );
  chmodSync(java, 0o755);
  const plan = { clusterId: 'c', startupTimeoutMs: 30_000, features: {}, dataDir } as unknown as LaunchPlan;
  return JavaNode.prepare({ java, jars: folder, plan }, { id: 7, brokers: [], heapMiB: 64 }, (dataDir) => ({
    'log.dirs': dataDir,
  }));
}

const starts = (): string[] => readFileSync(join(folder, 'started'), 'utf8').trim().split('\n');

it('starts, stops and starts again in one folder, which goes with it', async () => {
  node = await controller('exit 0');
  await node.start();
  await vi.waitFor(() => expect(starts()).toHaveLength(1));
  await node.restart();
  await vi.waitFor(() => expect(starts()).toHaveLength(2));
  const [home, again] = starts() as [string, string];
  expect(again).toBe(home);
  expect(readFileSync(join(home, 'server.properties'), 'utf8')).toContain(join(home, 'data'));
  await node.remove();
  expect([existsSync(home), node.isRunning()]).toEqual([false, false]);
  await expect(node.start()).rejects.toThrow('this Kafka was stopped; start a new one');
});

it('refuses signals when it does not run, and an orderly end when it is paused', async () => {
  node = await controller('exit 0');
  await expect(node.pause()).rejects.toThrow('broker 7 is not running; start it first');
  await node.start();
  await node.pause();
  await expect(node.shutDown()).rejects.toThrow('broker 7 is paused: resume it, or kill it');
  await node.resume();
  await node.shutDown();
  expect(node.isRunning()).toBe(false);
});

it('says why its storage could not be formatted, and leaves nothing', async () => {
  const error: unknown = await controller('echo nonsense >&2; exit 2').catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(LaunchError);
  expect((error as LaunchError).message).toMatch(/formatted: nonsense/);
});

it('ends in good order, and does not format again, where data is kept', async () => {
  const said = join(folder, 'said');
  const java = `echo "$*" > ${said}; exit 0`;
  node = await controller(java, join(folder, 'kept'));
  expect(readFileSync(said, 'utf8')).toContain('--ignore-formatted');
  await node.start();
  await vi.waitFor(() => expect(starts()).toHaveLength(1));
  const [home] = starts() as [string];
  await node.remove();
  expect([existsSync(home), node.isRunning()]).toEqual([false, false]);
  node = await controller(java);
  expect(readFileSync(said, 'utf8')).not.toContain('--ignore-formatted');
});
