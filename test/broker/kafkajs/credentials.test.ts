import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { kafkajsTransports } from '../../../src/broker/kafkajs/connect.js';
import type { KafkaOptions } from '../../../src/broker/kafkajs/kafka-options.js';
import type { Transport } from '../../../src/broker/transport.js';
import { ByteWriter } from '../../../src/broker/wire/byte-writer.js';
import { silentLogger } from '../../../src/observe/logger.js';
import { API, FakeBroker, type Reply } from './fake-broker.js';

const file = (name: string): string => readFileSync(new URL(`tls/${name}.pem`, import.meta.url), 'utf8');
const PLAIN = Object.freeze({ mechanism: 'plain', username: 'ann', password: 'secret' } as const);
const ECHO = { apiKey: API.Heartbeat, apiVersion: 3, apiName: 'Heartbeat', body: Buffer.from('x') };

const brokers: FakeBroker[] = [];
const transports: Transport[] = [];
afterEach(async () => {
  for (const transport of transports.splice(0)) await transport.close();
  for (const broker of brokers.splice(0)) await broker.stop();
});

async function brokerWith(tls?: { readonly cert: string; readonly key: string }): Promise<FakeBroker> {
  const broker = await FakeBroker.start(tls);
  brokers.push(broker);
  return broker;
}

function transportTo(broker: FakeBroker, options: Partial<KafkaOptions>): Transport {
  const transport = kafkajsTransports({ brokers: [broker.address], ...options }, silentLogger)('test');
  transports.push(transport);
  return transport;
}

describe('SASL', () => {
  it('authenticates each connection, that of fetches too, before anything else', async () => {
    const broker = await brokerWith();
    const transport = transportTo(broker, { sasl: PLAIN });
    await transport.request(1, ECHO);
    await transport.request(1, { ...ECHO, apiKey: API.Fetch, apiName: 'Fetch' });
    expect(broker.opened).toBe(2);
    expect(broker.of(API.SaslAuthenticate).map(({ connection }) => connection)).toEqual([0, 1]);
    expect(broker.of(API.SaslAuthenticate)[0]?.body.toString()).toContain('\0ann\0secret');
  });

  it('reports refused credentials as fatal, and does not go on trying', async () => {
    const broker = await brokerWith();
    broker.replies[API.SaslAuthenticate] = () =>
      new ByteWriter().int16(58).nullableString('who is ann?').bytes(Buffer.alloc(0)).int64(0).finish();
    const transport = transportTo(broker, { sasl: PLAIN });
    await expect(transport.connect()).rejects.toMatchObject({
      code: 'BROKER_AUTHENTICATION',
      class: 'fatal',
      message: expect.stringMatching(/who is ann\?.*kafka\.sasl/) as string,
    });
    expect(broker.of(API.SaslAuthenticate)).toHaveLength(1);
  });

  it('reports a mechanism that the broker does not offer as fatal', async () => {
    const broker = await brokerWith();
    broker.replies[API.SaslHandshake] = () =>
      new ByteWriter()
        .int16(33)
        .array(['GSSAPI'], (name, w) => w.string(name))
        .finish();
    await expect(transportTo(broker, { sasl: PLAIN }).connect()).rejects.toMatchObject({
      code: 'BROKER_AUTHENTICATION',
      class: 'fatal',
    });
  });

  it.each(['close', 'half'] as const)(
    'takes a connection that is lost in the middle (%s) for what it is',
    async (reply: Reply) => {
      const broker = await brokerWith();
      let tries = 0;
      broker.replies[API.SaslAuthenticate] = () => {
        tries += 1;
        return tries === 1
          ? reply
          : new ByteWriter().int16(0).nullableString(null).bytes(Buffer.alloc(0)).int64(0).finish();
      };
      const transport = transportTo(broker, { sasl: PLAIN });
      await expect(transport.connect()).rejects.toMatchObject({ code: 'BROKER_UNREACHABLE', class: 'retriable' });
      await transport.connect();
      expect(tries).toBe(2);
    },
  );

  it('passes an OAuth token on; a token service that fails may be asked again', async () => {
    const broker = await brokerWith();
    let down = true;
    const oauthBearerProvider = () =>
      down ? Promise.reject(new Error('token service is down')) : Promise.resolve({ value: 'token-1' });
    const transport = transportTo(broker, { sasl: { mechanism: 'oauthbearer', oauthBearerProvider } });
    await expect(transport.connect()).rejects.toMatchObject({
      class: 'retriable',
      message: expect.stringContaining('token service is down') as string,
    });
    down = false;
    await transport.connect();
    expect(broker.of(API.SaslAuthenticate)[0]?.body.toString()).toContain('token-1');
  });

  it('leaves the configuration of the user as it is', async () => {
    const broker = await brokerWith();
    const sasl = { ...PLAIN };
    await transportTo(broker, { sasl }).connect();
    expect(sasl).toEqual(PLAIN);
  });
});

describe('TLS', () => {
  const certificate = { cert: file('cert'), key: file('key') };

  it('takes the options of the configuration', async () => {
    const broker = await brokerWith(certificate);
    const transport = transportTo(broker, { ssl: { ca: [certificate.cert] } });
    expect(String(await transport.request(1, ECHO))).toBe('x');
  });

  it('reports a certificate that is not trusted as fatal', async () => {
    const broker = await brokerWith(certificate);
    await expect(transportTo(broker, { ssl: true }).connect()).rejects.toMatchObject({
      code: 'BROKER_AUTHENTICATION',
      class: 'fatal',
      message: expect.stringMatching(/TLS handshake.*self-signed certificate.*kafka\.ssl/) as string,
    });
  });

  it('reports a port that does not speak TLS, whichever side is wrong', async () => {
    const plain = await brokerWith();
    await expect(
      transportTo(plain, { ssl: true, connectionTimeout: 300, authenticationTimeout: 100 }).connect(),
    ).rejects.toMatchObject({
      message: expect.stringMatching(/TLS/) as string,
    });
    const secure = await brokerWith(certificate);
    await expect(transportTo(secure, {}).connect()).rejects.toMatchObject({
      code: 'BROKER_UNREACHABLE',
      message: expect.stringMatching(/wants TLS/) as string,
    });
  });
});
