import { hostname } from 'node:os';
import { expect, it } from 'vitest';
import { clientIdOf } from '../../src/worker/client-id.js';

it('tells the application, the host and the process, unless the user says otherwise', () => {
  const kafka = { brokers: ['localhost:9092'] };
  expect(clientIdOf({ applicationId: 'totals', kafka })).toBe(`totals-${hostname()}-${String(process.pid)}`);
  expect(clientIdOf({ applicationId: 'totals', kafka: { ...kafka, clientId: 'pod-3' } })).toBe('pod-3');
});
