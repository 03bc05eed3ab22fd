import { describe, expect, it } from 'vitest';
import { serdes } from '../../src/serde/serdes.js';
import type { StoreSpec } from '../../src/store/spec.js';
import { storeOpening } from '../../src/task/store-openings.js';

const settings = {
  applicationId: 'app',
  defaultKeySerde: serdes.string(),
  defaultValueSerde: undefined,
  dslStores: 'memory',
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

  it('must have serdes', () => {
    expect(() => storeOpening({ ...spec, value: undefined }, settings)).toThrow(/store s has no value serde/);
  });
});
