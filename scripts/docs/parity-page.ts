/** `docs/parity.md`: what of Kafka Streams there is, and where Millrace does otherwise on purpose. */
import { DELIBERATE } from '../../test/parity/deliberate.js';
import { PARITY } from './parity/all.js';
import { statusOf, type ParityRow, type ParitySection } from './parity/row.js';

export function parityPage(): string {
  const rows = PARITY.flatMap((section) => section.rows);
  const count = (status: string): number => rows.filter((row) => statusOf(row) === status).length;
  return `# Parity with Kafka Streams

The surface of Kafka Streams 4.4, as far as topologies and their state go, and what of it there is here: of ${rows.length} rows
${count('done')} are done, ${count('partly')} in part, ${count('no')} not. A test looks for everything that is named here in the package, and
for nothing that is said to be missing.

How that which is done is held to the original:

- \`describe()\` of each operator is compared with the text of the JVM: [test/golden](../test/golden).
- Random topologies over random input run in the JVM's \`TopologyTestDriver\` and here; outputs, internal topics, stores, counts
  of dropped records and what changelogs tell must be equal, byte for byte: [test/parity](../test/parity). What is passed over is
  listed [below](#what-the-comparison-passes-over).
- On a real broker, with several partitions, applications run from scratch on the JVM and here, then move from one to the other
  with their state, and must leave the same as the JVM alone: [test/integration/moving.test.ts](../test/integration/moving.test.ts).

How the methods are called here: [coming from Kafka Streams](migration.md).

${PARITY.map(sectionText).join('\n')}
## Deliberate differences

Where the JVM loses data, dies, or refuses a topology that is sound, Millrace does what was meant. Each of these is recognised by
the comparison above, and shown on both sides by [a test](../test/integration/deliberate.test.ts).

${DELIBERATE.map(({ name, why }) => `- **${sentence(name)}** ${why}`).join('\n')}

Beside the results of operators:

- **One changelog record for each key and commit.** Kafka Streams without a cache writes one for each put; Millrace writes the last
  one of a key before each commit, with or without a cache. Each record has the same bytes, and who restores from them gets the
  same state; but there are fewer of them, in the order of the keys' first changes. A session or a waiting record of an outer join
  that came and went between two commits is in no changelog.
- **What is only counted is not decoded.** Values of a repartition topic that nothing but \`count\` reads stay bytes, with serdes that can
  tell a value from null so: texts, and JSON that begins and ends as an object or a list does. Where somebody else has written JSON that is
  broken in between into that internal topic, the record counts; Kafka Streams asks the handler.
- **What is late does not depend on restarts.** The time that a windowed operator has observed is committed with the offsets; in
  Kafka Streams it begins anew with each task.
- **Restarts change nothing else either.** Sequence numbers of join stores go on, where in Kafka Streams they begin anew and a record
  can take the place of another one of the same key and time. A buffer of \`suppress\` comes back with its times; in Kafka Streams
  what was emitted and held back again within one commit then goes before its time.
- **State survives a crash.** A state folder holds committed state only, whatever the guarantee; it is never wiped.
- **A killed instance is noticed after 10 s**, not 45, and \`close()\` leaves the group at once, except for static members.
- **One instance is one thread.** There is no \`num.stream.threads\`; start more instances.
- **\`getAsOf\` does not tell until when a version was valid.** There is no \`validTo\`; value and timestamp are those of Kafka Streams.
- **Fetches over several keys of a window or session store go by stretches of time, then key.** Kafka Streams goes by segment,
  which is a longer stretch, then key. The entries are the same, and so is the order of those of one key; stores in memory go by
  time, then key, on both sides.
- **What has expired in a cached store is found for as long as there is room for it in memory**, in both; how long that is depends on
  how each counts its memory, and it ends with a restart.

## What the comparison passes over

- Of a changelog only the last record of each key and input is compared, and of sessions and outer joins only what stays; of records
  that the JVM leaves without a time, the time.
- The order of the entries of a store over several keys.
- \`validTo\` of versioned stores, and versioned stores are asked for the keys and times of the records, since they cannot be listed.
- Texts of errors: both must refuse a topology, or die of the same input. What came out with the deadly input is not compared.
- Whatever follows the first window that is emitted here when it closes and that the JVM has lost, or the first input at which one
  of the deliberate differences made one side die.
`;
}

function sectionText({ title, rows }: ParitySection): string {
  const lines = rows.map((row) => `| ${row.theirs} | ${statusOf(row)} | ${oursText(row)} |`);
  return `## ${title}

| Kafka Streams | | Millrace |
|---|---|---|
${lines.join('\n')}
`;
}

function oursText({ ours, remark, missing }: ParityRow): string {
  const named = ours.length === 0 ? undefined : `${shortened(ours).join(', ')}.`;
  const reason = missing === undefined || ours.length === 0 ? missing : `Missing: ${missing}`;
  return [named, remark, reason].filter((text) => text !== undefined).join(' ');
}

/** Of several members of one thing only the first says whose they are. */
function shortened(names: readonly string[]): string[] {
  let last = '';
  return names.map((name) => {
    const [owner, member] = name.split('.') as [string, string?];
    const short = member !== undefined && owner === last ? member : name;
    last = owner;
    return `\`${short}\``;
  });
}

function sentence(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}.`;
}
