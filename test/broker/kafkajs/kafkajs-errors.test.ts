import { describe, expect, it } from 'vitest';
import { brokerErrorFrom, type Circumstances } from '../../../src/broker/kafkajs/kafkajs-errors.js';
import { noteMechanisms, type InsideConnectionPool } from '../../../src/broker/kafkajs/kafkajs-inside.js';

const around: Circumstances = {
  address: 'kafka:9092',
  what: 'Connecting',
  lost: false,
  sasl: 'scram-sha-512',
  offeredMechanisms: null,
};

function protocolError(code: number): Error {
  return Object.assign(new Error('refused'), { name: 'KafkaJSProtocolError', code });
}

describe('credentials that the port does not understand', () => {
  it('where it does not use SASL', () => {
    expect(brokerErrorFrom(protocolError(34), around)).toMatchObject({
      code: 'BROKER_AUTHENTICATION',
      class: 'fatal',
      message: expect.stringMatching(
        /^broker kafka:9092: this port does not use SASL\. Leave kafka\.sasl out/,
      ) as string,
    });
  });

  it('by their mechanism: what was asked, and what there is', () => {
    const offeredMechanisms = ['PLAIN', 'SCRAM-SHA-256'];
    expect(brokerErrorFrom(protocolError(33), { ...around, offeredMechanisms })).toMatchObject({
      code: 'BROKER_AUTHENTICATION',
      class: 'fatal',
      message: expect.stringMatching(
        /does not offer the SASL mechanism SCRAM-SHA-512 of kafka\.sasl; it offers PLAIN, SCRAM-SHA-256/,
      ) as string,
    });
  });
});

describe('the mechanisms of a broker', () => {
  it('are noted from its answer to the handshake, whatever comes of it', async () => {
    const answer = { errorCode: 33, enabledMechanisms: ['PLAIN'] };
    const connection = {
      send: async ({ response }: { response: { decode: (bytes: Buffer) => Promise<unknown> } }) =>
        response.decode(Buffer.alloc(0)),
    };
    const noted: (readonly string[])[] = [];
    noteMechanisms({ pool: [connection] } as unknown as InsideConnectionPool, (mechanisms) => noted.push(mechanisms));
    const ask = (apiKey: number): Promise<unknown> =>
      (connection.send as unknown as (protocol: object) => Promise<unknown>)({
        request: { apiKey },
        response: { decode: () => Promise.resolve(answer), parse: () => Promise.resolve() },
      });
    expect(await ask(18)).toBe(answer);
    expect(noted).toEqual([]);
    expect(await ask(17)).toBe(answer);
    expect(noted).toEqual([['PLAIN']]);
  });
});
