/** Listens to channels while a test runs. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach } from 'vitest';
import type { DiagnosticEvents, DiagnosticName } from '../../src/observe/events.js';

const listening: (() => void)[] = [];

/** What a channel is told from here to the end of the test. */
export function heard<Name extends DiagnosticName>(name: Name): DiagnosticEvents[Name][] {
  const events: DiagnosticEvents[Name][] = [];
  const listener = (message: unknown): void => {
    events.push(message as DiagnosticEvents[Name]);
  };
  subscribe(name, listener);
  listening.push(() => unsubscribe(name, listener));
  return events;
}

afterEach(() => {
  for (const stop of listening.splice(0)) stop();
});
