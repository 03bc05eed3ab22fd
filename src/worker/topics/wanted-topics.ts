/** Before the first record: inputs and outputs that do not exist are created, where the option `createTopics` asks for it. */
import type { Admin } from '../../broker/port.js';
import type { Config } from '../../config.js';
import type { Topology } from '../../topology/topology.js';
import { namedTopics } from './topic-plan.js';

type Settings = Pick<Config, 'createTopics' | 'replicationFactor' | 'logger'>;

/** Topics that are there stay as they are, and so does what a pattern matches or a function chooses. @throws BrokerError */
export async function createWantedTopics(topology: Topology, settings: Settings, admin: Admin): Promise<void> {
  const { createTopics, replicationFactor, logger } = settings;
  if (createTopics === null) return;
  const names = [...namedTopics(topology)];
  const there = new Set((await admin.describeTopics(names)).map(({ topic }) => topic));
  const missing = names.filter((name) => !there.has(name));
  if (missing.length === 0) return;
  const { partitions = 1, config = {} } = createTopics;
  const factor = createTopics.replicationFactor ?? replicationFactor;
  await admin.createTopics(missing.map((topic) => ({ topic, partitions, replicationFactor: factor, config })));
  logger.info('topics are created, as createTopics asks for', { topics: missing, partitions });
}
