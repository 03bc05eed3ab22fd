/** `millrace describe` beside a broker: what it names, a running application has there, and no topic more. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Topology } from '../../src/topology/topology.js';
import { administration, applications, produce, until } from './application-fixture.js';
import { createTopic, uniqueName } from './kafka.js';

const ROOT = join(import.meta.dirname, '../..');

const { start } = applications();
const admin = administration();

interface Described {
  readonly subTopologies: readonly {
    readonly nodes: readonly {
      readonly type: string;
      readonly topics?: string | readonly string[];
      readonly stores: readonly string[];
    }[];
  }[];
}

it('names the topics and stores of a running application', { timeout: 180_000 }, async () => {
  const [input, output] = [await createTopic('in'), await createTopic('out')];
  const file = join(ROOT, '.cache', `describe-${uniqueName('counts')}.ts`);
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  writeFileSync(
    file,
    `import { serdes, StreamsBuilder } from '../src/index.js';
const strings = { key: serdes.string(), value: serdes.string() };
export function topology() {
  const builder = new StreamsBuilder();
  builder
    .stream('${input}', strings)
    .groupBy((value) => value, { ...strings, name: 'words' })
    .count({ store: 'counts' })
    .toStream()
    .to('${output}', { key: serdes.string(), value: serdes.long() });
  return builder.build();
}
`,
  );
  try {
    const args = ['--import', 'tsx', join(ROOT, 'src/cli/main.ts'), 'describe', file, '--json'];
    const described = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Described;
    const nodes = described.subTopologies.flatMap((part) => part.nodes);
    const named = new Set(nodes.flatMap(({ topics = [] }) => topics));
    const stores = new Set(nodes.flatMap((node) => node.stores));
    expect(named).toEqual(new Set([input, output, 'words-repartition']));
    expect(stores).toEqual(new Set(['counts']));

    const applicationId = uniqueName('described');
    const { topology } = (await import(file)) as { topology: () => Topology };
    const streams = start(topology(), { applicationId });
    await streams.start();
    await produce(input, [['a', 'x']]);
    await until(() => streams.metrics().processed === 2);
    const own = (await admin().listTopics()).filter((topic) => topic.startsWith(applicationId));
    const internal = [...named].filter((topic) => topic !== input && topic !== output);
    expect(own.sort()).toEqual(
      [...internal, ...[...stores].map((store) => `${store}-changelog`)]
        .map((name) => `${applicationId}-${name}`)
        .sort(),
    );
  } finally {
    rmSync(file);
  }
});
