import { expect, it } from 'vitest';
import { serdes } from '../../../src/serde/serdes.js';
import { INSTRUCTION, Registration, registrationSerde } from '../../../src/serde/foreign-key-registration.js';
import { foreignKeyBench } from './foreign-key-bench.js';

it('remembers who wants which key, and forgets it', () => {
  const { feed, subscriptions } = foreignKeyBench('join');
  feed('b=x:1@1 a=x:1@2 c=y:1@3', 'l');
  expect(subscriptions()).toEqual(['x<-a', 'x<-b', 'y<-c']);
  feed('b=y:1@4 a=:1@5', 'l');
  expect(subscriptions()).toEqual(['y<-b', 'y<-c']);
  feed('b=-@6 c=-@7', 'l');
  expect(subscriptions()).toEqual([]);
});

it('remembers nothing of a row without a foreign key', () => {
  const { feed, subscriptions, answered } = foreignKeyBench('leftJoin');
  feed('a=:1@1', 'l');
  expect(subscriptions()).toEqual([]);
  expect(answered()).toBe('a=-@1');
});

it('logs a subscription with length of the foreign key, both keys, the registration, and the headers of the record', () => {
  const { driver } = foreignKeyBench('join');
  const headers = [['trace', Buffer.from('7')]] as const;
  const input = driver.inputTopic('l', { key: serdes.string(), value: serdes.string() });
  input.pipe('k', 'x:1', { timestamp: 5, headers });
  input.pipe('k', null, { timestamp: 6, headers });
  const bytes = { key: serdes.bytes(), value: serdes.bytes() };
  const log = driver.outputTopic('test-j-subscription-store-changelog', bytes).readRecords();
  const registration = driver.outputTopic('test-j-subscription-registration-topic', bytes).readRecords()[0];
  expect(log.map(({ key }) => key?.toString('hex'))).toEqual(['00000001786b', '00000001786b']);
  expect(log.map(({ value }) => value?.toString('hex'))).toEqual([registration?.value?.toString('hex'), undefined]);
  expect(log.map(({ timestamp }) => timestamp)).toEqual([5, 6]);
  expect(log.map((one) => one.headers)).toEqual([headers, headers]);
});

it('drops what has no foreign key and need not be answered', () => {
  const { driver, answered } = foreignKeyBench('join');
  const topic = 'test-j-subscription-registration-topic';
  const input = driver.inputTopic(topic, { key: serdes.string(), value: registrationSerde });
  input.pipe(null, new Registration(INSTRUCTION.answerIfPresent, null, Buffer.from('k'), 0), { timestamp: 1 });
  expect(driver.metrics.drops).toEqual({ 'null-key': 1 });
  expect(answered()).toBe('');
});
