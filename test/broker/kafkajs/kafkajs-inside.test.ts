import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { checkKafkajs } from '../../../src/broker/kafkajs/kafkajs-inside.js';

const require = createRequire(import.meta.url);

/** The real kafkajs, with one part replaced. */
const without =
  (path: string, part: unknown) =>
  (asked: string): unknown => {
    if (asked !== path) return require(asked) as unknown;
    if (part instanceof Error) throw part;
    return part;
  };

describe('the check of kafkajs', () => {
  it('passes on the version that is installed', () => {
    expect(() => checkKafkajs((path) => require(path) as unknown)).not.toThrow();
  });

  it('wants exactly one version', () => {
    expect(() => checkKafkajs(without('kafkajs/package.json', { version: '2.3.0' }))).toThrow(
      'works with kafkajs 2.2.4 exactly, but kafkajs 2.3.0 is installed. Run: npm install kafkajs@2.2.4',
    );
  });

  it('names a path that is missing', () => {
    const gone = new Error("Cannot find module 'kafkajs/src/broker'");
    expect(() => checkKafkajs(without('kafkajs/src/broker', gone))).toThrow('kafkajs/src/broker cannot be loaded');
    expect(() => checkKafkajs(without('kafkajs/src/network/socketFactory', {}))).toThrow(
      'socketFactory exports no function',
    );
  });

  it.each([
    ['kafkajs/src/broker', 'connect'],
    ['kafkajs/src/network/connectionPool', 'getConnection'],
    ['kafkajs/src/network/connectionPool', 'send'],
    ['kafkajs/src/network/connection', 'rejectRequests'],
    ['kafkajs/src/network/connection', 'processData'],
    ['kafkajs/src/network/requestQueue', 'fulfillRequest'],
    ['kafkajs/src/network/requestQueue', 'scheduleCheckPendingRequests'],
  ])('names a method that is missing: %s %s()', (path, method) => {
    class Other extends (require(path) as new () => object) {}
    Object.defineProperty(Other.prototype, method, { value: undefined });
    expect(() => checkKafkajs(without(path, Other))).toThrow(`${path} has no method ${method}()`);
  });
});
