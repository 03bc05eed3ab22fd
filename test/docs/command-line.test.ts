import { expect, test } from 'vitest';
import { program } from '../../src/cli/program.js';
import { readPage } from './pages.js';

const { text } = readPage('docs/command-line.md');

test.each(program().commands.map((command) => command.name()))(
  'the page has a part about %s, with an example',
  (name) => {
    const part = text.split(/^## /m).find((one) => one.startsWith(`${name}\n`));
    expect(part).toMatch(new RegExp(`\`\`\`sh\n(.*\n)*npx millrace ${name}`));
  },
);
