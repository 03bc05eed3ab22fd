/** Measures stretches of changelogs by reading them, whoever read them before. */
import { kafkajsTransports } from '../../src/broker/kafkajs/connect.js';
import { WireReader } from '../../src/broker/wire/fetch/reader.js';
import { silentLogger } from '../../src/observe/logger.js';
import type { Stretch } from './restored.js';

const BUFFER_BYTES = 32 * 1024 * 1024;
const PARTITION_BYTES = 1024 * 1024;
const WAIT_MS = 100;

/** Bytes of keys and values, those of given-up transactions included: who restores reads past them, too. */
export async function bytesOf(brokers: readonly string[], stretches: readonly Stretch[]): Promise<number> {
  const open = kafkajsTransports({ brokers: [...brokers] }, silentLogger);
  const reader = new WireReader(open('bench-changelog'), {
    ...{ name: 'changelog', isolation: 'uncommitted', maxWaitMs: WAIT_MS },
    ...{ maxBufferedBytes: BUFFER_BYTES, maxPartitionBytes: PARTITION_BYTES },
  });
  try {
    const left = new Map(
      stretches.filter(({ from, to }) => to > from).map((one) => [`${one.topic} ${String(one.partition)}`, one]),
    );
    reader.assign([...left.values()].map(({ topic, partition, from }) => ({ topic, partition, offset: from })));
    let bytes = 0;
    while (left.size > 0) {
      for (const { topic, partition, cursor, nextOffset } of reader.poll()) {
        const name = `${topic} ${String(partition)}`;
        const stretch = left.get(name);
        if (stretch === undefined) continue;
        while (cursor.next()) {
          if (cursor.offset >= stretch.to) break;
          bytes += Math.max(0, cursor.keyEnd - cursor.keyStart) + Math.max(0, cursor.valueEnd - cursor.valueStart);
        }
        if (nextOffset < stretch.to) continue;
        left.delete(name);
        reader.unassign([{ topic, partition }]);
      }
      const [event] = reader.events();
      if (event !== undefined) throw new Error(`a changelog could not be read: ${JSON.stringify(event)}`);
      await reader.wait(WAIT_MS);
    }
    return bytes;
  } finally {
    await reader.close();
  }
}
