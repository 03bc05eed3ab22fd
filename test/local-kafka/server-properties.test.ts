import { describe, expect, it } from 'vitest';
import { launchPlan } from '../../src/local-kafka/options.js';
import {
  controllerProperties,
  propertiesEnvironment,
  propertiesFile,
  serverProperties,
} from '../../src/local-kafka/server-properties.js';

const at = {
  nodeId: 1,
  bindHost: '127.0.0.1',
  client: { port: 9092, advertised: '127.0.0.1:9092' },
  sasl: undefined,
  internalPort: 9094,
  controllerPort: 9093,
  dataDir: '/data',
  proxied: [],
};

describe('the properties of a single node', () => {
  it('replicates nothing, delays no group, creates no topic by accident', () => {
    const properties = serverProperties(launchPlan({}), at);
    expect(properties).toMatchObject({
      'process.roles': 'broker,controller',
      'log.dirs': '/data',
      'auto.create.topics.enable': 'false',
      'group.initial.rebalance.delay.ms': '0',
      'offsets.topic.replication.factor': '1',
      'transaction.state.log.replication.factor': '1',
      'transaction.state.log.min.isr': '1',
    });
    expect(properties.listeners).toBe(
      'PLAINTEXT://127.0.0.1:9092,INTERNAL://127.0.0.1:9094,CONTROLLER://127.0.0.1:9093',
    );
    expect(properties['controller.quorum.voters']).toBe('1@127.0.0.1:9093');
  });

  it('lets the caller have the last word', () => {
    const plan = launchPlan({ properties: { 'auto.create.topics.enable': 'true', 'num.partitions': '4' } });
    expect(serverProperties(plan, at)).toMatchObject({ 'auto.create.topics.enable': 'true', 'num.partitions': '4' });
  });

  it('talks to itself by name where it binds to all interfaces', () => {
    const properties = serverProperties(launchPlan({}), { ...at, bindHost: '' });
    expect(properties.listeners).toContain('PLAINTEXT://:9092');
    expect(properties['advertised.listeners']).toBe('PLAINTEXT://127.0.0.1:9092,INTERNAL://localhost:9094');
  });

  it('opens a listener that demands credentials, quoted for its configuration', () => {
    const plan = launchPlan({ sasl: { username: 'ann', password: 'a"b\\c' } });
    const properties = serverProperties(plan, { ...at, sasl: { port: 9095, advertised: '127.0.0.1:9095' } });
    expect(properties['advertised.listeners']).toContain('AUTH://127.0.0.1:9095');
    expect(properties['listener.security.protocol.map']).toContain('AUTH:SASL_PLAINTEXT');
    expect(properties['listener.name.auth.plain.sasl.jaas.config']).toMatch(/ user_ann="a\\"b\\\\c";$/);
  });
});

describe('the properties of a cluster', () => {
  const plan = launchPlan({ brokers: 3 });

  it('keep three copies, of which two must have a record', () => {
    expect(serverProperties(plan, { ...at, nodeId: 2 })).toMatchObject({
      'node.id': '2',
      'process.roles': 'broker',
      listeners: 'PLAINTEXT://127.0.0.1:9092,INTERNAL://127.0.0.1:9094',
      'controller.quorum.voters': '100@127.0.0.1:9093',
      'default.replication.factor': '3',
      'min.insync.replicas': '2',
      'offsets.topic.replication.factor': '3',
      'transaction.state.log.replication.factor': '3',
      'transaction.state.log.min.isr': '2',
    });
  });

  it('tell the controller, too, since it is the one that makes topics', () => {
    const controller = controllerProperties(plan, { bindHost: '127.0.0.1', port: 9093, dataDir: '/data' });
    expect(controller).toMatchObject({
      'node.id': '100',
      'process.roles': 'controller',
      listeners: 'CONTROLLER://127.0.0.1:9093',
      'controller.quorum.voters': '100@127.0.0.1:9093',
      'default.replication.factor': '3',
      'min.insync.replicas': '2',
    });
  });

  it('do not ask two brokers for three copies', () => {
    expect(serverProperties(launchPlan({ brokers: 2 }), at)).toMatchObject({
      'default.replication.factor': '2',
      'min.insync.replicas': '2',
    });
  });
});

it('opens one more listener for each proxy, which tells its clients the proxy', () => {
  const proxied = [
    { port: 7001, advertised: '127.0.0.1:8001' },
    { port: 7002, advertised: '127.0.0.1:8002' },
  ];
  const properties = serverProperties(launchPlan({ proxies: ['a', 'b'] }), { ...at, proxied });
  expect(properties.listeners).toMatch(/,PROXIED0:\/\/127\.0\.0\.1:7001,PROXIED1:\/\/127\.0\.0\.1:7002$/);
  expect(properties['advertised.listeners']).toMatch(/,PROXIED0:\/\/127\.0\.0\.1:8001,PROXIED1:\/\/127\.0\.0\.1:8002$/);
  expect(properties['listener.security.protocol.map']).toContain('PROXIED1:PLAINTEXT');
});

describe('their two ways to the broker', () => {
  it('escapes backslashes in a file', () => {
    expect(propertiesFile({ a: 'x', 'b.c': '"\\' })).toBe('a=x\nb.c="\\\\\n');
  });

  it('names variables as Kafka images read them', () => {
    expect(propertiesEnvironment({ 'a.b-c_d': '1', 'log.dirs': '\\' })).toEqual({
      KAFKA_A_B___C__D: '1',
      KAFKA_LOG_DIRS: '\\\\',
    });
  });
});
