/** Beside the commands: whether brokers can be reached, what they speak, and what the principal may do. */
import { kafkajsTransports } from '../../broker/kafkajs/connect.js';
import type { KafkaOptions } from '../../broker/kafkajs/kafka-options.js';
import { ClusterInspector } from '../../broker/wire/inspect/cluster-inspector.js';
import type { InspectedCluster } from '../../broker/wire/inspect/cluster-codec.js';
import { reasonOf } from '../../errors/shown-value.js';
import { silentLogger } from '../../observe/logger.js';
import { look, ok, wrong, type Finding } from './finding.js';

/** Requests whose versions tell the age of a broker: each with the release that brought it. */
const NEEDED: readonly (readonly [apiKey: number, name: string, version: number, since: string])[] = [
  [9, 'OffsetFetch', 7, '2.5'],
  [47, 'OffsetDelete', 0, '2.4'],
  [12, 'Heartbeat', 3, '2.3'],
];

/** Each address by itself: one that is wrong is not noticed while another one answers. */
export async function checkAddresses(kafka: KafkaOptions): Promise<readonly Finding[]> {
  const addresses = typeof kafka.brokers === 'function' ? [] : kafka.brokers;
  return Promise.all(
    addresses.map(async (address) => {
      const inspector = new ClusterInspector(kafkajsTransports({ ...kafka, brokers: [address] }, silentLogger));
      try {
        await inspector.cluster();
        return ok('address', `${address} answers`);
      } catch (error) {
        return wrong('address', reasonOf(error), 'start the broker, or correct --brokers and the file of --kafka');
      } finally {
        await inspector.close();
      }
    }),
  );
}

/** Those that the cluster itself names: clients must reach every one of them, by the address that it advertises. */
export async function checkBrokers(
  inspector: ClusterInspector,
  { brokers, controller }: InspectedCluster,
): Promise<readonly Finding[]> {
  const findings = await Promise.all(
    brokers.map(async ({ node, address }) => {
      try {
        const versions = await inspector.apiVersions(node);
        const missing = NEEDED.find(([apiKey, , version]) => (versions.get(apiKey) ?? -1) < version);
        const what = `broker ${String(node)} at ${address}`;
        if (missing === undefined) return ok('broker', `${what} answers`);
        const [, name, version, since] = missing;
        return wrong(
          'broker',
          `${what} is too old: it does not know ${name} ${String(version)}`,
          `update it to Kafka ${since} or newer`,
        );
      } catch (error) {
        return wrong(
          'broker',
          `broker ${String(node)} cannot be reached at ${address}, as it advertises itself: ${reasonOf(error)}`,
          'correct advertised.listeners of the broker, or name and network of this machine',
        );
      }
    }),
  );
  if (controller >= 0) return findings;
  return [...findings, wrong('controller', 'the cluster has no controller', 'look at the brokers and their log')];
}

export function checkFeatures(levels: ReadonlyMap<string, number>): Finding {
  const found = [...levels].map(([name, level]) => `${name} ${String(level)}`).sort();
  if (found.length === 0) {
    return look(
      'features',
      'the cluster has no finalized features',
      'nothing; exactly-once speaks the older protocol of transactions with it',
    );
  }
  const version = levels.get('transaction.version') ?? 0;
  if (version >= 2) return ok('features', found.join(', '));
  return look(
    'features',
    found.join(', '),
    'exactly-once speaks the older protocol of transactions; when all brokers are 4.0 or newer: kafka-features.sh upgrade --feature transaction.version=2',
  );
}

/** As far as brokers tell it: what may be done with the cluster. */
export function checkPermissions({ operations }: InspectedCluster): Finding {
  if (operations === null) return ok('permissions', 'the cluster does not tell what may be done with it');
  const list = [...operations].sort().join(', ');
  if (operations.has('Create')) return ok('permissions', `on the cluster: ${list}`);
  return look(
    'permissions',
    `the principal may not create topics (it may: ${list === '' ? 'nothing' : list})`,
    'allow Create on topics that begin with the applicationId and a dash, or make internal topics before the start',
  );
}
