import { describe, expect, it } from 'vitest';
import { ChangeSerde } from '../../src/serde/change.js';
import { json } from '../../src/serde/json.js';
import { string } from '../../src/serde/string.js';
import { TimeWindowedSerde } from '../../src/serde/time-windowed.js';
import { withDefaultSerde } from '../../src/serde/wrapping.js';

describe('withDefaultSerde', () => {
  it('takes the given serde before the default', () => {
    expect(withDefaultSerde(string(), json())).toBe(string());
    expect(withDefaultSerde(undefined, json())).toBe(json());
    expect(withDefaultSerde(undefined, undefined)).toBeUndefined();
  });

  it('leaves a complete wrapping serde as it is', () => {
    const complete = new TimeWindowedSerde(string(), 1);
    expect(withDefaultSerde(complete, json())).toBe(complete);
  });

  it('puts the default where the inner serde is missing, however deep', () => {
    const windowed = withDefaultSerde(new TimeWindowedSerde(undefined, 7), string());
    expect(windowed).toEqual(new TimeWindowedSerde(string(), 7));
    const deep = withDefaultSerde(new ChangeSerde(new TimeWindowedSerde(undefined, 7)), string());
    expect(deep).toEqual(new ChangeSerde(new TimeWindowedSerde(string(), 7)));
  });

  it('knows nothing without an inner serde and without a default', () => {
    expect(withDefaultSerde(new ChangeSerde(undefined), undefined)).toBeUndefined();
  });
});
