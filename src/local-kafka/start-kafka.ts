/** Gives development and tests a Kafka broker, wherever one can be had. */
import { startWithDocker } from './docker.js';
import { useEnvironment } from './environment.js';
import { isFree } from './free-ports.js';
import { startWithJava } from './java.js';
import { LaunchError } from './launch-error.js';
import { launchPlan, type KafkaOrigin, type RunningKafka, type StartKafkaOptions } from './options.js';

const ADVICE = `Do one of these:
  - start a Kafka broker and set KAFKA_BROKERS=host:port
  - install and start Docker (https://docs.docker.com/get-started/get-docker/), and npm install --save-dev testcontainers
  - install Java 17 or newer and Maven (Debian, Ubuntu: apt-get install openjdk-17-jre-headless maven;
    macOS: brew install openjdk maven; else https://adoptium.net and https://maven.apache.org)`;

/**
 * Finds or starts an Apache Kafka broker, or a cluster of several, and resolves when it answers.
 *
 * Tried in this order, unless `use` names one of them:
 * 1. `KAFKA_BROKERS` (comma-separated `host:port`): that broker is used as it is. Passed over when `brokers`, `version`,
 *    `port`, `properties`, `sasl`, `proxies`, `features` or `dataDir` are given, since these need a broker of our own.
 * 2. Docker: the image `apache/kafka`, by Testcontainers (an optional peer dependency), when an engine answers and the
 *    image is there or can be pulled. It gives one broker without proxies, never a cluster, and keeps no data.
 * 3. Java 17 or newer: a local process on the loopback interface, from Maven Central's jars, which Maven downloads once
 *    into `$XDG_CACHE_HOME/millrace` (default `~/.cache/millrace`).
 *
 * Brokers that it starts have no initial rebalance delay and create no topics by themselves. A single one is a KRaft node of
 * its own with replication factor 1. With `brokers: 3` the replication factor is 3 by default and of the topics of offsets
 * and transactions, `min.insync.replicas` is 2, and a fourth process is the controller, so that any broker, and all of them,
 * may go and come back. They end with {@link RunningKafka.stop}, and at the latest with this process, however
 * that ends; their data is deleted, unless `dataDir` keeps it. They do not keep the process alive.
 *
 * @throws {@link LaunchError} code `LAUNCH_FAILED`, when none can be had: the message lists what was tried, why each
 * failed, and what to install. Also when `KAFKA_BROKERS` is set but no broker is there, and when
 * `port` is taken.
 *
 * @example
 * ```ts
 * const kafka = await startKafka();
 * const streams = new KafkaStreams(topology, { applicationId: 'test', kafka: { brokers: kafka.brokers } });
 * // …
 * await kafka.stop();
 *
 * const cluster = await startKafka({ brokers: 3 });
 * const coordinator = await cluster.coordinatorOf('test');
 * await coordinator.kill();
 * ```
 */
export async function startKafka(options: StartKafkaOptions = {}): Promise<RunningKafka> {
  const plan = launchPlan(options);
  for (let i = 0; plan.port !== undefined && i < plan.brokers; i++) {
    if (await isFree(plan.port + i)) continue;
    throw new LaunchError(
      `port ${plan.port + i} is taken by another program: choose another port, or none for a free one.`,
    );
  }
  const origins: readonly KafkaOrigin[] = options.use === undefined ? ['environment', 'docker', 'java'] : [options.use];
  const reasons: string[] = [];
  for (const origin of origins) {
    try {
      switch (origin) {
        case 'environment': {
          const outside = process.env.KAFKA_BROKERS?.trim() ?? '';
          const reason = reasonNotOutside(outside, options);
          if (reason === undefined) return await useEnvironment(outside, plan.log);
          reasons.push(reason);
          break;
        }
        case 'docker':
          return await startWithDocker(plan);
        case 'java':
          return await startWithJava(plan);
      }
    } catch (error) {
      // A broker that was named must be used or reported, never replaced by another one.
      if (!(error instanceof LaunchError) || origin === 'environment') throw error;
      reasons.push(`${origin === 'docker' ? 'Docker' : 'Java'}: ${error.message}`);
      plan.log(reasons.at(-1) ?? '');
    }
  }
  const tried = reasons.map((reason, i) => `  ${i + 1}. ${reason}\n`).join('');
  throw new LaunchError(`no Kafka broker could be found or started. Tried:\n${tried}${ADVICE}`);
}

/** Why the environment's broker cannot be used, or undefined when it can. */
function reasonNotOutside(brokers: string, options: StartKafkaOptions): string | undefined {
  if (brokers === '') return 'KAFKA_BROKERS: not set';
  const own = (['brokers', 'version', 'port', 'properties', 'sasl', 'proxies', 'features', 'dataDir'] as const).filter(
    (name) => options[name] !== undefined,
  );
  if (own.length === 0) return undefined;
  return `KAFKA_BROKERS: set, but ${own.join(', ')} can only be had from a broker of our own`;
}
