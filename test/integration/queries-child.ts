/** An instance that counts per key and can be asked, as a process of its own: to be stopped, or killed. Started by `queries.test.ts`. */
import { KafkaStreams } from '../../src/app.js';
import { silentLogger } from '../../src/observe/logger.js';
import { counting, type AskedOptions } from './queries-topology.js';

const options = JSON.parse(process.argv[2] ?? '') as AskedOptions & { readonly input: string };
const streams = new KafkaStreams(counting(options.input), { ...options.application, logger: silentLogger });
process.once('SIGTERM', () => void streams.close());
await streams.start();
await streams.closed;
