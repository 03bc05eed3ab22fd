#!/usr/bin/env node
/** The command line `millrace`: parses, runs one command, and turns its errors into one message and an exit code. */
import { MillraceError } from '../errors/error.js';
import { program } from './program.js';

// Whoever read the output has had enough, as head does: what is still to be said has no reader.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});
try {
  await program().parseAsync();
} catch (error) {
  // A Millrace error says by itself what to do next; of any other the stack is the better half.
  console.error(MillraceError.is(error) ? `millrace: ${error.message}` : error);
  process.exitCode = 1;
}
