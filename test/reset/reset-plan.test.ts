import { expect, test } from 'vitest';
import { isInternalTopic } from '../../src/reset/reset-plan.js';

test.each([
  ['app-counts-changelog', true],
  ['app-KSTREAM-AGGREGATE-STATE-STORE-0000000003-repartition', true],
  ['app-KTABLE-FK-JOIN-SUBSCRIPTION-REGISTRATION-0000000006-topic', true],
  ['app-KTABLE-FK-JOIN-SUBSCRIPTION-RESPONSE-0000000014-topic', true],
  ['app-named-subscription-registration-topic', true],
  ['app-orders', false],
  ['app-topic', false],
  ['application-counts-changelog', false],
  ['other-app-counts-changelog', false],
])('%s is an internal topic of app: %s', (topic, internal) => {
  expect(isInternalTopic('app', topic)).toBe(internal);
});
