import { describe, expect, it } from 'vitest';
import { serdes } from '../../src/serde/serdes.js';
import type { StoreSpec } from '../../src/store/spec.js';
import { storeOpening } from '../../src/task/store-openings.js';

const settings = {
  applicationId: 'app',
  defaultKeySerde: serdes.string(),
  defaultValueSerde: undefined,
  dslStores: 'memory',
  dslStoreFormat: null,
} as const;
const spec: StoreSpec = {
  name: 's',
  kind: 'keyValue',
  format: 'plain',
  key: undefined,
  value: serdes.string(),
  engine: 'level',
  caching: false,
  logging: {},
};

describe('the opening of a store', () => {
  it('takes from the application what nobody said', () => {
    const opening = storeOpening({ ...spec, engineOpen: true }, settings);
    expect(opening).toMatchObject({ spec: { engine: 'memory' }, changelogTopic: 'app-s-changelog' });
    expect(opening.key).toBeDefined();
  });

  it('leaves as it is what was said', () => {
    expect(storeOpening(spec, settings).spec).toBe(spec);
    expect(storeOpening({ ...spec, sourceTopic: 'rows' }, settings).changelogTopic).toBe('rows');
  });

  it('keeps headers on disk where the application says so and nobody else does', () => {
    const level = { ...settings, dslStores: 'level', dslStoreFormat: 'headers' } as const;
    const formatOf = (one: StoreSpec, application: typeof level | typeof settings = level): string =>
      storeOpening(one, application).spec.format;
    const open = { ...spec, format: 'timestamped', engineOpen: true, formatOpen: true } as const;
    expect(formatOf(open)).toBe('headers');
    expect(formatOf({ ...open, kind: 'session', format: 'plain', retentionMs: 1 })).toBe('headers');
    // As in Kafka Streams, not in memory, nor where an operator or a processor said what it wants.
    expect(formatOf(open, { ...level, dslStores: 'memory' } as never)).toBe('timestamped');
    expect(formatOf({ ...spec, format: 'timestamped' })).toBe('timestamped');
    expect(formatOf(spec)).toBe('plain');
    expect(formatOf(open, settings)).toBe('timestamped');
  });

  it('must have serdes', () => {
    expect(() => storeOpening({ ...spec, value: undefined }, settings)).toThrow(/store s has no value serde/);
  });
});
