/**
 * A first result by one command: finds or starts a broker, makes topics of its own there, sends sample lines and prints what comes
 * out, until Ctrl-C. With --once it ends after the samples.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { serdes } from 'millrace';
import { startTestKit } from 'millrace/testing';
import { wordCount } from './topology.js';

const SAMPLES = ['A mill race leads the water to the wheel', 'The water turns the wheel', 'The wheel turns the mill'];

const once = process.argv.includes('--once');
const ending = new AbortController();
process.once('SIGINT', () => ending.abort());

await using kit = await startTestKit({ log: console.error });
const lines = await kit.freshTopic('lines', { key: serdes.string(), value: serdes.string(), partitions: 2 });
const counts = await kit.freshTopic('counts', { key: serdes.string(), value: serdes.long() });
await kit.run(wordCount({ lines: lines.name, counts: counts.name }));
console.log('Running. Ctrl-C ends it.');

for (let i = 0; !ending.signal.aborted; i++) {
  const line = SAMPLES[i % SAMPLES.length] ?? '';
  console.log(`\n> ${line}`);
  await lines.pipe(null, line);
  const words = new Set(line.toLowerCase().split(' '));
  // One result for each word of the line, however often it is in there.
  for (const [word, count] of await counts.readTable((table) => table.size === words.size)) {
    console.log(`${String(count).padStart(4)}  ${word}`);
  }
  if (once && i + 1 === SAMPLES.length) break;
  await sleep(once ? 0 : 1_000);
}
