import { expect, it } from 'vitest';
import { nearestName } from '../../src/errors/nearest-name.js';

it.each([
  ['prot', ['port', 'host'], 'port'],
  ['vlaue', ['value', 'key'], 'value'],
  ['applicationid', ['applicationId'], 'applicationId'],
  ['stor', ['name', 'store'], 'store'],
  ['pqrs', ['port', 'host'], null],
  ['', ['port'], null],
])('of %s among %j is %s', (name, known, near) => {
  expect(nearestName(name, known)).toBe(near);
});
