/** `millrace describe`: a topology that a module exports, as text or as a picture. */
import { writeFileSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { mermaidOf } from '../../topology/mermaid.js';
import type { Topology } from '../../topology/topology.js';
import { findTopology } from '../module/find-topology.js';
import { loadModule } from '../module/load-module.js';
import { topologySvg } from './topology-svg.js';

type Format = 'text' | 'mermaid' | 'svg' | 'json';

interface Flags {
  readonly format: Format;
  readonly export?: string;
  readonly out?: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  millrace describe src/topology.ts
  millrace describe src/topology.ts --format mermaid
  millrace describe dist/topology.js --format svg --out topology.svg
  millrace describe src/all.ts --export createOrders

The module must not start the application when it is imported. TypeScript is read by tsx where the project has it, else by Node.`;

export function addDescribeCommand(millrace: Command): void {
  millrace
    .command('describe')
    .description(
      'show the topology that a module exports: the topology, its builder, a function that gives one, or an application',
    )
    .argument('<file>', 'a module in JavaScript or TypeScript')
    .addOption(
      new Option('-f, --format <format>', 'text as Kafka Streams prints it, a Mermaid flow chart, a picture, or data')
        .choices(['text', 'mermaid', 'svg', 'json'])
        .default('text'),
    )
    .option('--export <name>', 'which export (default: default, streams, topology, builder, or the only one)')
    .option('-o, --out <file>', 'write to a file')
    .option('--json', 'as --format json')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, flags: Flags) => {
      const found = await findTopology(file, await loadModule(file), flags.export);
      const topology = found.kind === 'topology' ? found.topology : found.streams.topology;
      const text = await described(topology, flags.json === true ? 'json' : flags.format, `${found.name} of ${file}`);
      if (flags.out === undefined) process.stdout.write(text);
      else writeFileSync(flags.out, text);
    });
}

export async function described(topology: Topology, format: Format, title: string): Promise<string> {
  const description = topology.describe();
  switch (format) {
    case 'text':
      return description.toString();
    case 'mermaid':
      return mermaidOf(description);
    case 'svg':
      return topologySvg(description, title);
    case 'json':
      return `${JSON.stringify(description, null, 2)}\n`;
  }
}
