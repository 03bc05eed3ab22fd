/** The fault suite as a short run, under both versions of transactions; `npm run faults` is the long one. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../src/local-kafka/find-program.js';
import { cacheFolder } from '../../src/local-kafka/kafka-jars.js';
import { KAFKA_VERSION } from '../../src/local-kafka/kafka-version.js';
import type { RunningKafka } from '../../src/local-kafka/options.js';
import { startCluster } from '../faults/suite/cluster.js';
import { kinds } from '../faults/suite/kinds/all.js';
import { drawPlan } from '../faults/suite/plan.js';
import { runText } from '../faults/suite/report.js';
import { runPlan } from '../faults/suite/run.js';
import { Witness } from '../faults/suite/witness.js';

const SEED = 13;
const LOAD_MS = 7_000;
/** Those that are over soon. */
const QUICK = ['kill', 'terminate', 'expired-transaction', 'cut', 'lost-responses', 'fenced', 'state-deleted'];
const RUN_TIMEOUT_MS = 400_000;

const java = await findProgram('java', ['JAVA_HOME']);
const maven = await findProgram('mvn', ['MAVEN_HOME', 'M2_HOME']);
const ready = java !== undefined && (maven !== undefined || existsSync(join(cacheFolder(), `kafka-${KAFKA_VERSION}`)));

describe.skipIf(!ready)('an application that is disturbed', () => {
  let kafka: RunningKafka;
  let witness: Witness;
  beforeAll(async () => {
    // Formatted as clusters are that were there before Kafka 4.0.
    kafka = await startCluster({ brokers: 1, transactionVersion: 0 }, () => undefined);
    witness = await Witness.start(kafka.brokers);
  }, 180_000);
  afterAll(async () => {
    await witness.close();
    await kafka.stop();
  });

  it.each([1, 2])(
    'gives every result once under version %i of transactions',
    async (version) => {
      if (version === 2) await witness.ask('feature', 'transaction.version', version);
      const quick = kinds.filter(({ name }) => QUICK.includes(name));
      const drawn = drawPlan(SEED + version, {
        guarantee: 'exactly_once_v2',
        brokers: 1,
        kinds: quick,
        faults: 4,
        loadMs: LOAD_MS,
      });
      const said: string[] = [];
      const result = await runPlan({ ...drawn, instances: 2, cacheBytes: 0 }, kafka, witness, {
        entry: join(import.meta.dirname, '../../src/index.ts'),
        nodeOptions: ['--import', 'tsx'],
        say: (line) => said.push(line),
      });
      expect(result.failures, [runText(version, result), ...said].join('\n')).toEqual([]);
      expect(result.faults.filter(({ skipped }) => skipped === undefined)).not.toEqual([]);
      expect(result.records).toBeGreaterThan(1_000);
    },
    RUN_TIMEOUT_MS,
  );
});
