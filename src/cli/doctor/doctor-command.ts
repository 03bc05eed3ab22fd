/** `millrace doctor`: looks at everything that an application needs, and says what to mend. */
import type { Command } from 'commander';
import { connectKafka, kafkajsTransports } from '../../broker/kafkajs/connect.js';
import type { KafkaOptions } from '../../broker/kafkajs/kafka-options.js';
import { ClusterInspector } from '../../broker/wire/inspect/cluster-inspector.js';
import { silentLogger } from '../../observe/logger.js';
import type { Topology } from '../../topology/topology.js';
import { addKafkaAccess, kafkaAccess, type KafkaAccessFlags } from '../kafka-access.js';
import { findTopology } from '../module/find-topology.js';
import { loadModule } from '../module/load-module.js';
import { checkAddresses, checkBrokers, checkFeatures, checkPermissions } from './check-brokers.js';
import { checkClock } from './check-clock.js';
import { checkNode, checkStateFolder } from './check-machine.js';
import { checkTopics, topicsToAsk } from './check-topics.js';
import { checked, findingsText, look, ok, skipped, wrong, type Finding } from './finding.js';

interface Flags extends KafkaAccessFlags {
  readonly applicationId?: string;
  readonly stateDir?: string;
  readonly export?: string;
  readonly clock?: true;
  readonly json?: true;
}

/** What is known of the application. */
interface Patient {
  readonly topology: Topology | null;
  readonly applicationId: string | null;
}

const EXAMPLES = `
Examples:
  millrace doctor --brokers localhost:9092
  millrace doctor src/topology.ts --application-id orders --state-dir ./state
  millrace doctor --clock --json | jq '.[] | select(.status == "wrong")'

It ends with 1 when something is wrong.`;

export function addDoctorCommand(millrace: Command): void {
  const doctor = millrace
    .command('doctor')
    .description('look at brokers, features, permissions, topics, state folder, Node and clock, and say what to mend')
    .argument('[file]', 'a module that exports the topology, for its topics (as describe takes it)');
  addKafkaAccess(doctor)
    .option(
      '--application-id <id>',
      'for internal topics, group and state (default: that of an application in the module)',
    )
    .option('--state-dir <folder>', "the application's option stateDir (default: as there)")
    .option('--export <name>', 'which export of the module')
    .option('--clock', 'measure the difference of the clocks; makes a topic for a moment')
    .option('--json', 'as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, flags: Flags) => {
      const patient = await patientOf(file, flags);
      const findings = [
        checkNode(process.versions.node),
        ...(await checkStateFolder(flags.stateDir, patient.applicationId)),
        ...(await clusterFindings(kafkaAccess(flags), patient, flags.clock === true)),
      ];
      process.stdout.write(flags.json === true ? `${JSON.stringify(findings, null, 2)}\n` : findingsText(findings));
      if (findings.some(({ status }) => status === 'wrong')) process.exitCode = 1;
    });
}

async function patientOf(file: string | undefined, flags: Flags): Promise<Patient> {
  const applicationId = flags.applicationId ?? null;
  if (file === undefined) return { topology: null, applicationId };
  const found = await findTopology(file, await loadModule(file), flags.export);
  if (found.kind === 'topology') return { topology: found.topology, applicationId };
  return { topology: found.streams.topology, applicationId: applicationId ?? found.streams.metrics().applicationId };
}

/** From what is needed by all to what is needed by some: where nobody answers, nothing else is asked. */
async function clusterFindings(
  kafka: KafkaOptions,
  { topology, applicationId }: Patient,
  clock: boolean,
): Promise<readonly Finding[]> {
  const addresses = await checkAddresses(kafka);
  if (addresses.length > 0 && addresses.every(({ status }) => status === 'wrong')) {
    return [...addresses, skipped('cluster', 'not looked at: no broker answers')];
  }
  const client = connectKafka(kafka, silentLogger);
  const inspector = new ClusterInspector(kafkajsTransports(kafka, silentLogger));
  try {
    const cluster = await inspector.cluster();
    const fix = 'see the message';
    return [
      ...addresses,
      ...(await checkBrokers(inspector, cluster)),
      ...(await checked('features', fix, async () => [checkFeatures(await inspector.features())])),
      checkPermissions(cluster),
      ...(await checked('topics', fix, async () => {
        if (topology === null) return [skipped('topics', 'not looked at: name a module that exports the topology')];
        const asked = topicsToAsk(topology, await client.admin().listTopics(), applicationId);
        return checkTopics(topology, await inspector.cluster(asked), applicationId);
      })),
      ...(await checked('group', 'allow Read and Describe on the group', () => groupFinding(inspector, applicationId))),
      ...(clock
        ? await checked(
            'clock',
            'allow Create, Write, Read and Delete on topics that begin with millrace-doctor-',
            () => checkClock(client),
          )
        : [skipped('clock', 'not measured: --clock does it, and makes a topic for a moment')]),
    ];
  } finally {
    await inspector.close();
    await client.close();
  }
}

async function groupFinding(inspector: ClusterInspector, applicationId: string | null): Promise<readonly Finding[]> {
  if (applicationId === null) return [skipped('group', 'not looked at: no --application-id')];
  const { state, protocol, members } = await inspector.group(applicationId);
  if (protocol === 'stream') {
    return [
      wrong(
        'group',
        `${applicationId} is run by Kafka Streams on the JVM`,
        'end its instances first: the two cannot share a group',
      ),
    ];
  }
  if (members.length > 0 && protocol !== '' && protocol !== 'millrace') {
    return [
      wrong('group', `${applicationId} is the group of other clients (${protocol})`, 'choose another applicationId'),
    ];
  }
  const who = state === 'Dead' ? 'is not there yet' : `is ${state} with ${String(members.length)} members`;
  return [
    state === 'PreparingRebalance' || state === 'CompletingRebalance'
      ? look('group', `${applicationId} ${who}`, 'ask again: a group that stays so has a member that does not answer')
      : ok('group', `${applicationId} ${who}`),
  ];
}
