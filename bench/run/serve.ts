/** Runs a workload until a signal, so that instances can be started, killed and probed from outside. */
import { application } from './application.js';
import type { ServeArguments } from './arguments.js';
import { Cluster } from './cluster.js';
import { buildWorkload } from './workloads.js';

/** Resolves when the application has ended, after a signal; @throws what ended it otherwise */
export async function serve(given: ServeArguments, print: (line: string) => void): Promise<void> {
  const topology = buildWorkload(given.workload, given.input, given.output, () => undefined, given.format);
  const cluster = await Cluster.connect(given.brokers);
  try {
    await cluster.createTopic(given.output);
  } finally {
    await cluster.close();
  }
  const streams = application(topology, given.applicationId, given.stateDir, given);
  const started = performance.now();
  streams.onStateChange((state, before) => {
    print(`${(performance.now() - started).toFixed(0)} ms ${before} -> ${state}`);
  });
  streams.onRestore({
    onRestoreStart: ({ topic, partition }, start, end) => {
      print(`restoring ${topic} ${String(partition)} ${String(start)} ${String(end)}`);
    },
    onRestoreEnd: ({ topic, partition }, records) => {
      print(`restored ${topic} ${String(partition)} ${String(records)}`);
    },
  });
  const stop = (): void => {
    // Whatever goes wrong in closing is in `streams.error`.
    streams.close().catch(() => undefined);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  print(`process ${String(process.pid)} serves ${given.workload} as ${given.applicationId}`);
  await streams.start();
  await streams.closed;
  if (streams.error !== null) throw streams.error;
}
