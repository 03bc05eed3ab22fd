import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../src/observe/logger.js';
import { onEndSignals } from '../../src/worker/process-end.js';

describe('signals', () => {
  let stop = (): void => undefined;
  let now = 0;
  const happened: unknown[] = [];
  beforeEach(() => {
    happened.length = now = 0;
    stop = onEndSignals(
      ['SIGINT', 'SIGTERM'],
      silentLogger,
      (signal) => happened.push(signal),
      (code) => happened.push(code),
      () => now,
    );
  });
  afterEach(() => {
    stop();
  });

  it('drain at the first and end the process at the second', () => {
    process.emit('SIGTERM', 'SIGTERM');
    expect(happened).toEqual(['SIGTERM']);
    now = 600;
    process.emit('SIGINT', 'SIGINT');
    expect(happened).toEqual(['SIGTERM', 130]);
    stop();
    expect([process.listenerCount('SIGINT'), process.listenerCount('SIGTERM')]).toEqual([0, 0]);
  });

  it('that come twice at once, from the terminal and from npm, are one', () => {
    process.emit('SIGINT', 'SIGINT');
    now = 20;
    process.emit('SIGINT', 'SIGINT');
    expect(happened).toEqual(['SIGINT']);
    now = 900;
    process.emit('SIGINT', 'SIGINT');
    expect(happened).toEqual(['SIGINT', 130]);
  });
});

describe('a failure', () => {
  const source = new URL('../../src/worker/process-end.ts', import.meta.url).pathname;
  /** The exit code of a process that does this. */
  const exitCode = (code: string): number | null =>
    spawnSync(process.execPath, [
      ...['--import', 'tsx', '--input-type=module', '-e'],
      `import { exitCodeUnlessSeen, failureSeen } from ${JSON.stringify(source)};\n${code}`,
    ]).status;

  it.each([
    ['that nobody looks at sets the exit code', 'exitCodeUnlessSeen({})', 1],
    ['that somebody looks at does not', 'const one = {}; exitCodeUnlessSeen(one); failureSeen(one);', 0],
    [
      'of two, one not looked at, does',
      'const one = {}; exitCodeUnlessSeen(one); exitCodeUnlessSeen({}); failureSeen(one);',
      1,
    ],
    ['leaves an exit code that is set', 'exitCodeUnlessSeen({}); process.exitCode = 3;', 3],
  ])('%s', (_, code, expected) => {
    expect(exitCode(code)).toBe(expected);
  });
});
