/** What others do by way of the brokers: records deleted that were committed, producers fenced that are at work. */
import type { FaultKind } from '../kind.js';
import { INPUTS } from '../order.js';

export const recordsDeleted: FaultKind = {
  name: 'records-deleted',
  description: 'records that the application has committed are deleted from an input and the repartition topic',
  weight: 1,
  fits: () => true,
  lastsMs: () => 0,
  async run({ witness, journal, applicationId, topics }, { choice }) {
    const committed = await witness.offsets('committed', applicationId);
    // Rows of tables are their store's changelog: what deletes them deletes state.
    const streams = INPUTS.filter((name) => name === 'clicks' || name === 'views').map((name) => topics[name]);
    const repartition = `${applicationId}-groups-repartition`;
    const of = (topic: string): [string, number][] =>
      [...committed].filter(([partition, offset]) => partition.startsWith(`${topic}:`) && offset > 0);
    const input = of(streams[choice % streams.length]!);
    let deleted = 0;
    for (const [name, offset] of [...input, ...of(repartition)]) {
      const [topic = '', partition = ''] = name.split(':');
      // What the witness has not seen is not to be compared with.
      const seen = streams.includes(topic)
        ? (journal.partition(topic, Number(partition)).at(-1)?.offset ?? -1) + 1
        : offset;
      const before = Math.min(seen, offset);
      if (before === 0) continue;
      await witness.ask('delete', topic, partition, before);
      deleted += 1;
    }
    return deleted === 0 ? 'nothing was committed yet' : undefined;
  },
};

export const fenced: FaultKind = {
  name: 'fenced',
  description: 'somebody fences the producer of an instance that is at work',
  weight: 1,
  fits: ({ guarantee }) => guarantee === 'exactly_once_v2',
  lastsMs: () => 0,
  async run({ witness, applicationId, say }, { target }) {
    let who: string;
    try {
      who = await witness.ask('fence', applicationId, target);
    } catch (error) {
      // Kafka's admin client asks every broker that it knows, and fails when one of them has gone.
      return `Kafka's admin client could not: ${String(error)}`;
    }
    say(`fenced: ${who}`);
    return who === 'nobody' ? 'there was no transaction yet' : undefined;
  },
};
