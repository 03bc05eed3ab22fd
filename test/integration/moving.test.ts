/**
 * Moving house: an application is stopped on the JVM and goes on here, and the other way round, on a real broker and with
 * nothing but what is in Kafka. It must leave the same as the JVM alone. After the first portion, the JVM and Millrace have
 * both run from scratch: that is compared, too.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jvmCanRun } from '../jvm-program.js';
import type { MovingApplication } from '../moving/applications/application.js';
import { APPLICATIONS } from '../moving/applications/all.js';
import { changelogsOf, type Evidence } from '../moving/evidence.js';
import { move, type Moves } from '../moving/house.js';
import { JvmSide } from '../moving/jvm-side.js';
import { KafkaSide } from '../moving/kafka-side.js';
import { millraceSide } from '../moving/millrace-side.js';
import { DataClients } from './data-fixture.js';

/** Another one makes another input. */
const SEED = Number(process.env.MILLRACE_MOVING_SEED ?? 7);

/** Names of applications, separated by commas; others stay. Default: all move. */
const asked = process.env.MILLRACE_MOVING_APPLICATIONS?.split(',');
const chosen = APPLICATIONS.filter(({ name }) => asked?.includes(name) ?? true);
const unknown = asked?.find((name) => APPLICATIONS.every((application) => application.name !== name));
if (unknown !== undefined) throw new Error(`MILLRACE_MOVING_APPLICATIONS names ${unknown}, which is no application`);

describe.skipIf(!(await jvmCanRun()))('moving house', () => {
  const clients = new DataClients();
  let jvm: JvmSide;

  beforeAll(async () => {
    jvm = await JvmSide.start();
  }, 600_000);

  afterAll(async () => {
    await jvm.stop();
    await clients.close();
  });

  async function moved(application: MovingApplication): Promise<Moves> {
    const kafka = await KafkaSide.connect(clients);
    try {
      return await move(application, kafka, jvm, millraceSide, SEED);
    } finally {
      await kafka.close();
    }
  }

  // At the same time, since most of it is waiting.
  it.concurrent.each(chosen.map((application) => ({ title: titleOf(application), application })))(
    '$title',
    { timeout: 180_000 },
    async ({ application }) => {
      const { inputs, stayed, came, went } = await moved(application);
      const [theirs, ours] = came.descriptions;
      expect(ours!.trimEnd()).toBe(theirs!.trimEnd());

      // From scratch.
      expect(went.first).toEqual(stayed.first);
      expect(came.first).toEqual(stayed.first);

      // Moved.
      const certain = certainAfterMove(application);
      expect(certain(came.second)).toEqual(certain(stayed.second));
      expect(certain(went.second)).toEqual(certain(stayed.second));

      // And it was no comparison of nothing.
      expect(stayed.second.output.length).toBeGreaterThan(0);
      expect(stayed.second.output).not.toEqual(stayed.first.output);
      expect(Object.keys(stayed.second.changelogs)).toEqual(changelogsOf(application, inputs));
      expect(came.restored).toBeGreaterThan(0);
      expect(went.restored).toBeGreaterThan(0);
    },
  );
});

/** What of the evidence is the same after every restart. */
function certainAfterMove({ certainAfterRestart: stores }: MovingApplication): (evidence: Evidence) => unknown {
  if (stores === undefined) return (evidence) => evidence;
  return ({ changelogs, times }) => ({ times, changelogs: stores.map((store) => changelogs[store]) });
}

function titleOf({ name, guarantee, storeFormat }: MovingApplication): string {
  const where = guarantee === undefined ? '' : `, ${guarantee}`;
  return `${name}${where}${storeFormat === undefined ? '' : ', with headers'}`;
}
