import { describe, expect, it } from 'vitest';
import { Served } from '../../bench/compare/served.js';

const script = (text: string): Served => new Served(process.execPath, ['-e', text]);

describe('a program that is ended from outside', () => {
  it('is waited for until it says something, and keeps what it said', async () => {
    const served = script(`
      console.log('first');
      setTimeout(() => console.log('now it -> RUNNING'), 10);
      setInterval(() => undefined, 1000);
    `);
    const { line, atMs } = await served.until('-> RUNNING', 60);
    expect(line).toBe('now it -> RUNNING');
    expect(atMs).toBeGreaterThan(0);
    expect(served.said.map((one) => one.line)).toEqual(['first', 'now it -> RUNNING']);
    await served.end('SIGTERM');
    await served.end('SIGKILL');
  });

  it('is not waited for once it has ended, or could not be started', async () => {
    await expect(script('process.exit(3)').until('-> RUNNING', 60)).rejects.toThrow('ended with 3');
    await expect(new Served('/no/such/program', []).until('-> RUNNING', 60)).rejects.toThrow('ENOENT');
  });

  it('is not waited for beyond the time', async () => {
    const served = script('setInterval(() => undefined, 1000)');
    await expect(served.until('-> RUNNING', 0.05)).rejects.toThrow('did not say -> RUNNING within 0.05 s');
    await served.end('SIGKILL');
  });
});
