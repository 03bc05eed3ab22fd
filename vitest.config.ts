import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// The examples import the package by its name, as their readers will; here that is the source.
const door = (file: string): string => fileURLToPath(new URL(`src/${file}`, import.meta.url));
const resolve = {
  alias: [
    { find: /^millrace$/, replacement: door('index.ts') },
    { find: /^millrace\/testing$/, replacement: door('testing.ts') },
    { find: /^millrace\/msgpack$/, replacement: door('msgpack.ts') },
    { find: /^millrace\/registry$/, replacement: door('registry.ts') },
    { find: /^millrace\/prometheus$/, replacement: door('prometheus.ts') },
    { find: /^millrace\/opentelemetry$/, replacement: door('opentelemetry.ts') },
    { find: /^millrace\/serve$/, replacement: door('serve.ts') },
    { find: /^millrace\/cbor$/, replacement: door('cbor.ts') },
    { find: /^millrace\/vitest$/, replacement: door('vitest.ts') },
    { find: /^millrace\/jest$/, replacement: door('jest.ts') },
  ],
};

// Two projects, so that `vitest run --project unit` needs nothing but Node.
export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts', 'templates/*/test/*.test.ts'],
          exclude: ['test/integration/**'],
          // Some start threads or processes, which takes seconds on a busy machine.
          testTimeout: 30_000,
          // Much of a file's time is waiting and loading: with one worker, the default on two processors, both stand half idle.
          maxWorkers: Math.max(2, availableParallelism() - 1),
        },
      },
      {
        resolve,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts', 'examples/0[12]-*/*.test.ts'],
          globalSetup: ['test/integration/global-setup.ts'],
          setupFiles: ['test/integration/broker-of-examples.ts'],
          // One broker serves all files; side by side they would only disturb each other's timing.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
