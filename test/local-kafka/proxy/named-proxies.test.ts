import { expect, it } from 'vitest';
import { LaunchError } from '../../../src/local-kafka/launch-error.js';
import { NamedProxies, noProxy } from '../../../src/local-kafka/proxy/named-proxies.js';

it('gives each name a proxy of its own', async () => {
  const listeners = ['127.0.0.1:1', '127.0.0.1:2'];
  const proxies = await NamedProxies.start(
    new Map([
      ['one', listeners],
      ['two', listeners],
    ]),
  );
  try {
    expect(new Set([...proxies.get('one').brokers, ...proxies.get('two').brokers]).size).toBe(4);
    expect(() => proxies.get('three')).toThrow(
      'there is no proxy three: the option proxies of startKafka named one, two',
    );
  } finally {
    await proxies.close();
  }
});

it('says how to have one where there is none', () => {
  expect(() => noProxy('one')).toThrow(LaunchError);
  expect(() => noProxy('one')).toThrow('there is no proxy one: name it in the option proxies of startKafka');
});
