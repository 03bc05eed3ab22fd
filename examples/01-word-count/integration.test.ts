import 'millrace/vitest';
import { serdes } from 'millrace';
import { startTestKit } from 'millrace/testing';
import { expect, test } from 'vitest';
import { wordCount } from './topology.js';

test('counts words on Kafka', async () => {
  await using kit = await startTestKit();
  const lines = await kit.freshTopic('lines', { key: serdes.string(), value: serdes.string(), partitions: 2 });
  const counts = await kit.freshTopic('counts', { key: serdes.string(), value: serdes.long() });
  await kit.run(wordCount({ lines: lines.name, counts: counts.name }));
  await lines.pipeValues(['The mill', 'the wheel']);
  await expect(counts).toYieldTable({ the: 2, mill: 1, wheel: 1 });
}, 120_000);
