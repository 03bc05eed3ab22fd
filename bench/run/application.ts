/** Turns the command line into a running application. */
import { KafkaStreams } from '../../src/app.js';
import type { KafkaStreamsOptions } from '../../src/config/options.js';
import { loggerFrom, type Logger } from '../../src/observe/logger.js';
import type { Topology } from '../../src/topology/topology.js';
import type { BenchArguments } from './arguments.js';

/** Warnings go to standard error: standard output is for figures. */
const logger: Logger = loggerFrom('warn', {
  debug: print,
  info: print,
  warn: print,
  error: print,
});

export function application(
  topology: Topology,
  applicationId: string,
  stateDir: string | undefined,
  given: BenchArguments,
  more: Partial<KafkaStreamsOptions> = {},
): KafkaStreams {
  return new KafkaStreams(topology, {
    applicationId,
    kafka: { brokers: [...given.brokers], clientId: applicationId },
    processingGuarantee: given.guarantee,
    commitInterval: given.commitIntervalMs,
    producer: { linger: given.lingerMs },
    logger,
    ...(stateDir !== undefined && { stateDir }),
    ...(given.caching ? {} : { stateStoreCacheMaxBytes: 0 }),
    ...more,
  });
}

function print(message: string, fields?: object): void {
  process.stderr.write(`${message}${fields === undefined ? '' : ` ${JSON.stringify(fields)}`}\n`);
}
