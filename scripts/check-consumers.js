/**
 * A small application against the package as it is published: its types as every kind of TypeScript project resolves them, and
 * its bundle, made as docs/module-systems.md says, run by Node.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import ts from 'typescript';
import { installPacked } from './packed-package.js';

const folder = join(import.meta.dirname, '..', '.cache', 'consumers');
/** Characters of a bundle of the application alone. */
const BUNDLE_LIMIT = 10_000;
const KINDS = [
  { name: 'node16, ES modules', file: 'app.mts', module: ts.ModuleKind.Node16 },
  { name: 'node16, CommonJS', file: 'app.cts', module: ts.ModuleKind.Node16 },
  { name: 'nodenext', file: 'app.mts', module: ts.ModuleKind.NodeNext },
  { name: 'bundler', file: 'app.ts', module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
];

/** Every door that needs no package of its own, with types that must not become `any`. */
const APPLICATION = `
import { KafkaStreams, serdes, StreamsBuilder } from 'millrace';
import { TopologyTestDriver } from 'millrace/testing';

export function run(): [string | null, number | null][] {
  const builder = new StreamsBuilder();
  const words = { key: serdes.string(), value: serdes.string() };
  builder.stream('words', words).groupBy((word) => word, words).count().toStream().to('counts');
  const topology = builder.build();
  // @ts-expect-error -- nobody may leave out the name of the application
  if (process.argv.length > 99) new KafkaStreams(topology, { kafka: { brokers: [] } });
  const driver = new TopologyTestDriver(topology);
  driver.inputTopic('words', words).pipeValues(['mill', 'race', 'mill']);
  return driver.outputTopic('counts', { key: serdes.string(), value: serdes.long() }).readKeyValues();
}
console.log(JSON.stringify(run()));
`;

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const file of new Set(KINDS.map((kind) => kind.file))) writeFileSync(join(folder, file), APPLICATION);
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
installPacked(folder);

for (const { name, file, ...options } of KINDS) {
  const program = ts.createProgram([join(folder, file)], {
    ...options,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: ['node'],
  });
  const messages = ts
    .getPreEmitDiagnostics(program)
    .map((one) => ts.flattenDiagnosticMessageText(one.messageText, '\n'));
  if (messages.length > 0) throw new Error(`as ${name} the package does not fit:\n${messages.join('\n')}`);
}

for (const format of /** @type {const} */ (['esm', 'cjs'])) {
  const outfile = join(folder, format === 'esm' ? 'app.mjs' : 'app.cjs');
  await build({
    entryPoints: [join(folder, 'app.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format,
    packages: 'external',
    // This repository's own paths would lead to the sources.
    tsconfigRaw: {},
    logLevel: 'warning',
  });
  if (readFileSync(outfile, 'utf8').length > BUNDLE_LIMIT)
    throw new Error(`${outfile} holds more than the application`);
  const printed = execFileSync(process.execPath, [outfile], { encoding: 'utf8' }).trim();
  if (printed !== '[["mill",1],["race",1],["mill",2]]') throw new Error(`the bundle (${format}) printed ${printed}`);
}
console.log(`The package fits ${KINDS.map(({ name }) => name).join('; ')}; bundles of it run.`);
