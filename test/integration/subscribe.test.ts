/** The changes of a store are told to whoever follows them on another instance, with their positions, while its tasks move. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { KafkaStreams } from '../../src/app.js';
import type { StoreUpdate } from '../../src/query/change-feed.js';
import { applications, produce, until } from './application-fixture.js';
import { createTopic, uniqueName } from './kafka.js';
import { counting } from './queries-topology.js';

const apps = applications();
/** One that fits in an address, and one that does not. */
const LENGTHS = [4, 3_000];
const PATIENCE_MS = 3_000;

const tasksOf = (streams: KafkaStreams): readonly string[] =>
  streams.metadata().find(({ isHere }) => isHere)?.tasks ?? [];

it('changes of keys of the other instance arrive, and go on after their task has moved', async () => {
  const input = await createTopic('followed', { partitions: 2 });
  const applicationId = uniqueName('followed');
  const start = async (name: string): Promise<KafkaStreams> => {
    const streams = apps.start(counting(input), {
      ...{ applicationId, stateDir: join(apps.stateDir(), name) },
      server: { port: 0, token: 'correct-horse-battery' },
    });
    await streams.start();
    return streams;
  };
  const shared = (all: readonly KafkaStreams[]): Promise<void> =>
    until(() => all.every((one) => one.state === 'RUNNING' && tasksOf(one).length === 2 / all.length));
  const [one, two] = await Promise.all([start('one'), start('two')]);
  await shared([one, two]);

  const isThere = (key: string): boolean => one.queryMetadataForKey('counts', key).owner?.isHere === false;
  const keys = LENGTHS.map((length) => {
    const numbered = Array.from({ length: 40 }, (_, n) => String(n).padStart(length, 'k'));
    return numbered.find(isThere) as string;
  });
  await until(() => keys.every((key) => isThere(key)));
  const { task } = one.queryMetadataForKey('counts', keys[0]);
  const partition = Number(task?.split('_')[1]);

  /** Of each key what was told of it, and which partitions are followed now. */
  const told = keys.map((key) => {
    const feed = one.subscribe<string, number>('counts', { key });
    const heard = { key, changes: [] as StoreUpdate<string, number>[], partitions: [] as readonly number[] };
    void (async () => {
      for await (const event of feed) {
        if (event.type === 'change') heard.changes.push(event);
        if (event.type === 'partitions') heard.partitions = event.partitions;
      }
    })();
    return heard;
  });
  const following = (): boolean => told.every(({ partitions }) => partitions.includes(partition));
  const counts = (at: number): boolean => told.every(({ changes }) => changes.some(({ value }) => value === at));
  let written = 0;
  const write = async (): Promise<void> => {
    written += 1;
    await produce(
      input,
      keys.map((key) => [key, 'x'] as const),
      partition,
    );
  };

  /** While a task moves a change may be missed; those that follow are not. */
  const writeUntilTold = async (): Promise<void> => {
    do {
      await until(following);
      await write();
      const patient = performance.now() + PATIENCE_MS;
      await until(() => counts(written) || performance.now() > patient);
    } while (!counts(written));
  };

  await until(following);
  for (let at = 1; at <= 3; at += 1) {
    await write();
    await until(() => counts(at));
  }

  // Its tasks are this one's now: what is followed is here.
  await two.close();
  await shared([one]);
  await writeUntilTold();

  // One of them goes to the next.
  const three = await start('three');
  await shared([one, three]);
  await writeUntilTold();

  for (const [index, { key, changes }] of told.entries()) {
    for (const change of changes) {
      expect(change).toMatchObject({ key, timestamp: expect.any(Number) as unknown });
      // Both keys are in each write, one after the other.
      const offset = ((change.value ?? 0) - 1) * keys.length + index;
      expect(String(change.position)).toBe(`${input}:${String(partition)}-${String(offset)}`);
    }
  }
});
