/** `docs/configuration.md`, from the comments of `KafkaStreamsOptions`. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const SOURCE = fileURLToPath(new URL('../../src/config/options.ts', import.meta.url));
const INTERFACE = 'KafkaStreamsOptions';

interface DocumentedOption {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

export function configurationPage(): string {
  const options = documentedOptions().map(({ name, type, text }) => `- **\`${name}\`** (\`${type}\`): ${text}`);
  return `# Configuration

The second argument of \`new KafkaStreams(topology, options)\`. Only \`applicationId\` and \`kafka\` are required. An option that is
unknown, of the wrong type or out of range is an error (\`CONFIG_INVALID\`) that names all such options at once, with a
suggestion for misspelt ones.

A \`Duration\` is a whole number of milliseconds or a text: \`'250ms'\`, \`'10s'\`, \`'5m'\`, \`'1h'\`, \`'7d'\`. Sizes are bytes.

${options.join('\n')}

## Connecting

\`kafka\` is [kafkajs's own configuration](https://kafka.js.org/docs/configuration), passed through: TLS, SASL and custom sockets
work as they are documented there. Retries are the exception: Millrace decides itself when to try again, so \`retry\` is not
an option, and \`requestTimeout\` is only the upper bound of [shorter limits](operations.md#time-outs).

\`\`\`ts
import type { KafkaOptions } from 'millrace';

const { KAFKA_USER = '', KAFKA_PASSWORD = '' } = process.env;

export const kafka: KafkaOptions = {
  brokers: ['kafka-1:9093', 'kafka-2:9093'],
  clientId: 'orders',
  ssl: true,
  sasl: { mechanism: 'scram-sha-512', username: KAFKA_USER, password: KAFKA_PASSWORD },
};
\`\`\`

## Which ones to think about

- \`stateDir\`: the default lies in the system's temporary folder. Give a lasting one in production, one for each process; a
  restart then reads only the tail of the changelogs.
- \`startTimeout\`: how long a service that starts beside its broker waits for it. What is wrong for good (credentials, a missing
  topic, an address that is none) fails at once.
- \`commitInterval\`: how much is processed again after a crash, and with the record cache how often a key's result is emitted.
- \`stateStoreCacheMaxBytes: 0\`: emit every update at once.
- \`sessionTimeout\`: how long the partitions of a killed instance stay silent.
- \`groupInstanceId\`: keeps the tasks of an instance where they are while it restarts.
- \`maxTaskIdle\`: joins and merges of several topics wait this long for the slower one, so that records are taken by time.
`;
}

/** @throws Error when an option has no comment: nobody could know what it does */
export function documentedOptions(): DocumentedOption[] {
  return optionsOf(SOURCE, INTERFACE, '');
}

/** The options of an interface, and after them those of the interfaces that it extends. */
function optionsOf(file: string, name: string, prefix: string): DocumentedOption[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const declaration = source.statements.find(
    (one): one is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(one) && one.name.text === name,
  );
  if (declaration === undefined) {
    const from = importedFrom(source, name);
    if (from === null) throw new Error(`${file} has no interface ${name}`);
    return optionsOf(from, name, prefix);
  }
  const inherited = (declaration.heritageClauses ?? []).flatMap((clause) => clause.types);
  return [
    ...describe(declaration.members, source, prefix),
    ...inherited.flatMap((one) => optionsOf(file, one.expression.getText(source), prefix)),
  ];
}

function importedFrom(source: ts.SourceFile, name: string): string | null {
  for (const one of source.statements) {
    if (!ts.isImportDeclaration(one) || !ts.isStringLiteral(one.moduleSpecifier)) continue;
    const bindings = one.importClause?.namedBindings;
    if (bindings === undefined || !ts.isNamedImports(bindings)) continue;
    if (!bindings.elements.some((element) => element.name.text === name)) continue;
    return join(dirname(source.fileName), one.moduleSpecifier.text.replace(/\.js$/, '.ts'));
  }
  return null;
}

/** A member without a comment of its own is a group of options. */
function describe(members: ts.NodeArray<ts.TypeElement>, source: ts.SourceFile, prefix: string): DocumentedOption[] {
  return members.flatMap((member): DocumentedOption[] => {
    if (!ts.isPropertySignature(member) || member.type === undefined) return [];
    const name = prefix + member.name.getText(source);
    const type = withoutUndefined(member.type);
    if (ts.isTypeLiteralNode(type)) return describe(type.members, source, `${name}.`);
    const text = commentOf(member);
    if (text !== '') return [{ name, type: type.getText(source).replace(/ \| undefined$/, ''), text }];
    if (!ts.isTypeReferenceNode(type)) throw new Error(`${INTERFACE}.${name} has no comment`);
    return optionsOf(source.fileName, type.typeName.getText(source), `${name}.`);
  });
}

/** That an option may be undefined instead of left out goes without saying. */
function withoutUndefined(type: ts.TypeNode): ts.TypeNode {
  if (!ts.isUnionTypeNode(type) || type.types.length !== 2) return type;
  const [first, second] = type.types as unknown as [ts.TypeNode, ts.TypeNode];
  if (second.kind !== ts.SyntaxKind.UndefinedKeyword) return type;
  return ts.isParenthesizedTypeNode(first) ? first.type : first;
}

function commentOf(member: ts.PropertySignature): string {
  return ts
    .getJSDocCommentsAndTags(member)
    .map((doc) => (typeof doc.comment === 'string' ? doc.comment : ''))
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
}
