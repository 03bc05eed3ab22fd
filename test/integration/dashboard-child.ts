/** An instance with a server, as a process of its own, that says what CPU it has used. Started by `dashboard.test.ts`. */
import { KafkaStreams } from '../../src/app.js';
import { silentLogger } from '../../src/observe/logger.js';
import { counting, type AskedOptions } from './queries-topology.js';

const options = JSON.parse(process.argv[2] ?? '') as AskedOptions & { readonly input: string };
const streams = new KafkaStreams(counting(options.input), { ...options.application, logger: silentLogger });
await streams.start();
console.log(`serves ${streams.serverUrl ?? ''}`);
setInterval(() => {
  const { user, system } = process.cpuUsage();
  console.log(`cpu ${streams.state} ${String((user + system) / 1_000)} ${String(performance.now())}`);
}, 500);
