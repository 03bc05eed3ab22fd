/** "Operators by example": its code is what was run, and what it shows is what came out. */
import { aggregations } from './aggregations.js';
import type { Chapter, Example } from './example.js';
import { joins } from './joins.js';
import { picture } from './picture.js';
import { run } from './run.js';
import { topologiesOf } from './source.js';
import { stateless } from './stateless.js';
import { tables } from './tables.js';
import { timeline } from './timeline.js';
import { windows } from './windows.js';

export const chapters: readonly Chapter[] = [
  { title: 'One record at a time', says: '', file: 'stateless.ts', examples: stateless },
  {
    title: 'Aggregates',
    says: 'A table of one value for each key. Here every change is shown; a running application shows the last one of each key and commit, unless `caching` is off.',
    file: 'aggregations.ts',
    examples: aggregations,
  },
  {
    title: 'Windows and sessions',
    says: 'Pictures: a dot is where a record came, a bar the window that it is about. An empty dot is a deletion.',
    file: 'windows.ts',
    examples: windows,
  },
  { title: 'Tables', says: '', file: 'tables.ts', examples: tables },
  { title: 'Joins', says: '', file: 'joins.ts', examples: joins },
];

const HEAD = `# Operators by example

Every operator: what goes in, the code, what comes out. The code of each example was compiled and run by the [test driver](testing.md), and the timelines
and pictures are drawn from what it gave (\`npm run docs\`): a column for each record that goes in, a row for each topic; \`->\` marks
topics that come out, and \`ann 5\` a record with key and value. All of them begin so, and take what else they name from \`millrace\`:

\`\`\`ts
import { serdes, StreamsBuilder } from 'millrace';

const builder = new StreamsBuilder();
const key = serdes.string();
const text = { key, value: serdes.string() };
const amounts = { key, value: serdes.json<number>() };
\`\`\`

What becomes of the names in Java: [coming from Kafka Streams](migration.md). Why a result does not come: [why is there no output?](why-no-output.md)`;

/** The page, and its pictures, by their paths in \`docs\`. */
export async function operatorsByExample(): Promise<{ page: string; pictures: ReadonlyMap<string, string> }> {
  const pictures = new Map<string, string>();
  const parts = [HEAD];
  for (const { title, says, file, examples } of chapters) {
    const codes = topologiesOf(file);
    if (codes.length !== examples.length)
      throw new Error(`${file} has ${codes.length} topologies for ${examples.length} examples`);
    parts.push(`## ${title}`, says);
    for (const [i, example] of examples.entries()) parts.push(await section(example, codes[i]!, pictures));
  }
  return { page: `${parts.filter((part) => part !== '').join('\n\n')}\n`, pictures };
}

async function section(example: Example, code: string, pictures: Map<string, string>): Promise<string> {
  const { operators, says, notes } = example;
  const ran = await run(example);
  const parts = [`### ${operators}`, says, `\`\`\`ts\n${code}\n\`\`\``, `\`\`\`text\n${timeline(ran)}\n\`\`\``];
  if (example.picture !== undefined) {
    const { name, every } = example.picture;
    const path = `by-example/${name}.svg`;
    pictures.set(path, picture(operators, ran, every));
    parts.push(`![${operators}: the timeline above, drawn over time](${path})`);
  }
  if (notes !== undefined) parts.push(notes);
  return parts.join('\n\n');
}
