import { expect, it } from 'vitest';
import { conditionsOf, meets } from '../../../src/local-kafka/proxy/network-fault.js';

const connection = { broker: 1, clientId: 'app-admin' };

it.each([
  [{}, true],
  [{ broker: 1 }, true],
  [{ broker: 0 }, false],
  [{ client: 'app-admin' }, true],
  [{ client: 'app' }, false],
  [{ client: /^app/ }, true],
  [{ client: /^app/g }, true],
  [{ broker: 1, client: /reader/ }, false],
])('a fault for %j meets a connection to broker 1 of app-admin: %s', (target, met) => {
  expect([meets(target, connection), meets(target, connection)]).toEqual([met, met]);
});

it('meets nobody by name who is not known yet', () => {
  expect(meets({ client: /.*/ }, { broker: 1, clientId: undefined })).toBe(false);
});

it('adds faults up', () => {
  const everybody = {};
  expect(
    conditionsOf(connection, [
      { fault: { kind: 'delay', ms: 10 }, target: everybody },
      { fault: { kind: 'delay', ms: 5 }, target: { broker: 1 } },
      { fault: { kind: 'throttle', bytesPerSecond: 100 }, target: everybody },
      { fault: { kind: 'throttle', bytesPerSecond: 50 }, target: everybody },
      { fault: { kind: 'hold' }, target: { broker: 2 } },
      { fault: { kind: 'halfOpen' }, target: everybody },
    ]),
  ).toEqual({
    refused: false,
    dead: false,
    held: false,
    delayMs: 15,
    bytesPerSecond: 50,
    responsesDropped: false,
  });
});
