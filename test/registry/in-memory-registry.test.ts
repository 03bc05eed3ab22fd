import { expect, it } from 'vitest';
import { inMemoryRegistry } from '../../src/registry/in-memory-registry.js';
import type { SchemaText } from '../../src/registry/registry-client.js';

const text = (version?: number): SchemaText => ({
  type: 'AVRO',
  schema: '"Money"',
  references: version === undefined ? [] : [{ name: 'Money', subject: 'money', version }],
});

it('gives the same schema the same id under all subjects, and a version under each', () => {
  const registry = inMemoryRegistry();
  expect([registry.register('a', text(), false), registry.register('b', text(), false)]).toEqual([1, 1]);
  expect(registry.register('a', text(), false)).toBe(1);
  expect([registry.versions('a'), registry.versions('b'), registry.versions('c')]).toEqual([[1], [1], []]);
});

it('tells schemas apart that build on others', () => {
  const registry = inMemoryRegistry();
  const ids = [registry.register('a', text(1), false), registry.register('a', text(2), false)];
  expect(ids).toEqual([1, 2]);
  expect(registry.idOf('a', text(1), false)).toBe(1);
  expect(registry.byId(2)).toEqual(text(2));
  expect(registry.version('a', 'latest')).toMatchObject({ id: 2, version: 2 });
  expect(() => registry.idOf('a', text(), false)).toThrow(/does not have this schema/);
});
