/** `npm run --silent bench -- …`: one run of Millrace; the last line it prints are the figures. */
import { MillraceError } from '../../src/errors/error.js';
import { readArguments } from './arguments.js';
import { measure } from './measure.js';
import { serve } from './serve.js';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

try {
  const given = readArguments(process.argv.slice(2));
  if (given.serve) await serve(given, print);
  else print(await measure(given, print));
} catch (error) {
  // A Millrace error says by itself what to do next; of any other the stack is the better half.
  console.error(MillraceError.is(error) ? `bench: ${error.message}` : error);
  process.exitCode = 1;
}
