/** An application that is started and closed a hundred times in one process leaves nothing behind: no timer, socket, thread, file or memory. */
import { readdirSync, readlinkSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { KafkaStreams } from '../../src/app.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { silentLogger } from '../../src/observe/logger.js';
import { serdes } from '../../src/serde/serdes.js';
import { applications, produce } from './application-fixture.js';
import { brokers, createTopic, uniqueName } from './kafka.js';

/** Applications beside each other, and how often all of them are started and closed: a hundred times in all. */
const APPLICATIONS = 10;
const ROUNDS = 10;
/** Until caches of the process itself are filled. */
const WARM_UP = 3;
const STRINGS = { key: serdes.string(), value: serdes.string() };
const apps = applications();

/** What keeps the process alive, by kind. */
function resources(): string[] {
  return process.getActiveResourcesInfo();
}

/**
 * What is open, by kind: sockets, what threads wait on, files of the state. Not code: the loader that runs the source here leaves
 * some of it open in threads that end.
 */
function handles(stateDir: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/fd').flatMap((file) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${file}`);
      if (target.startsWith(stateDir)) return [target];
      return /^(socket|anon_inode)/.test(target) ? [target.replace(/\d+/, '')] : [];
    } catch {
      // Of the folder that was read just now.
      return [];
    }
  });
}

/** What there is more of than before. */
function leftBehind(now: readonly string[], before: readonly string[]): string[] {
  const rest = [...before];
  return now.filter((kind) => {
    const at = rest.indexOf(kind);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

function heap(collect: () => void): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

it('leaves nothing behind', { timeout: 600_000 }, async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const input = await createTopic('again');
  await produce(input, [['k', 'v']]);
  const name = uniqueName('again');
  const once = async (applicationId: string): Promise<void> => {
    const builder = new StreamsBuilder();
    builder.stream(input, STRINGS).groupByKey().count({ store: 'counts' });
    builder.stream(input, STRINGS).process({
      get: () => ({
        init(context) {
          context.schedule('10ms', 'wall-clock', () => undefined);
        },
        process: () => undefined,
      }),
    });
    // Not by the fixture, which keeps what it started.
    const streams = new KafkaStreams(builder.build(), {
      applicationId,
      kafka: { brokers: brokers() },
      stateDir: apps.stateDir(),
      logger: silentLogger,
    });
    await streams.start();
    await streams.close();
    expect(streams.state).toBe('NOT_RUNNING');
  };
  const round = (): Promise<unknown> =>
    Promise.all(Array.from({ length: APPLICATIONS }, (_, i) => once(`${name}-${String(i)}`)));
  const stateDir = apps.stateDir();
  const before = { resources: resources(), handles: handles(stateDir) };
  let warm = 0;
  for (let i = 1; i <= ROUNDS; i += 1) {
    await round();
    if (i === WARM_UP) warm = heap(collect);
  }
  // Sockets that are closed are gone a turn later.
  await expect.poll(() => leftBehind(resources(), before.resources), { timeout: 10_000 }).toEqual([]);
  await expect.poll(() => leftBehind(handles(stateDir), before.handles), { timeout: 10_000 }).toEqual([]);
  const grown = heap(collect) - warm;
  expect(grown / (APPLICATIONS * (ROUNDS - WARM_UP))).toBeLessThan(50_000);
});
