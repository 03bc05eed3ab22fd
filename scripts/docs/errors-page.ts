/** `docs/errors.md`, from the table of error codes. */
import { DROP_REASONS } from '../../src/errors/drop-reasons.js';
import { ERROR_CODES } from '../../src/errors/codes.js';

export function errorsPage(): string {
  const rows = Object.entries(ERROR_CODES).map(
    ([code, [meaning, remedy]]) => `| \`${code}\` | ${meaning} | ${remedy} |`,
  );
  const reasons = Object.entries(DROP_REASONS).map(([reason, meaning]) => `| \`${reason}\` | ${meaning} |`);
  return `# Errors

Every error that Millrace throws is a \`MillraceError\`. Its \`code\` is one of the table below and does not change between
versions; its message names what was wrong, where, and what to do next. Where they are known, these fields are set:
\`topic\`, \`partition\`, \`offset\`, \`node\` (the operator, as in \`topology.describe()\`), \`task\`, \`store\`, \`option\`, \`cause\`.

\`\`\`ts
import { MillraceError } from 'millrace';

try {
  await streams.start();
} catch (error) {
  if (MillraceError.is(error) && error.code === 'TOPIC_MISSING') console.error(\`create \${error.topic} first\`);
  else throw error;
}
\`\`\`

\`MillraceError.is\` also holds for errors of another copy of the package in the same process, \`instanceof\` does not.
Errors of the broker are \`BrokerError\`s, whose \`class\` says whether they are \`retriable\`, \`abortable\`, \`fenced\` or \`fatal\`,
and whose \`kafkaCode\` is Kafka's number. What an application does with an error while it runs is described in
[when things go wrong](when-things-go-wrong.md).

| Code | Meaning | What to do |
|---|---|---|
${rows.join('\n')}

## Dropped records

A record that is dropped is counted by its reason in \`metrics().dropped\` and logged with its node and place, the first of each kind and
then every thousandth; a late one with how late it was (\`lateBy\`, ms), where that is known.

| Reason | Meaning |
|---|---|
${reasons.join('\n')}
`;
}
