/** What a large topology costs the compiler stays small: its types are counted, which every machine counts alike. */
import { expect, test } from 'vitest';
import { measureCheckTimes } from '../../scripts/types/check-time.js';

/** About twice what it takes now. */
const INSTANTIATIONS = 20_000;
const TYPES = 8_000;
/** About three times what 60 operators more take now. */
const FOR_60_MORE = 6_000;
/** Only against a catastrophe: a busy machine takes several times longer than an idle one. */
const SECONDS = 30;

test(
  '60 operators are checked within the budget, and 60 more cost no more than the first',
  { timeout: 240_000 },
  async () => {
    const [sixty, more] = await measureCheckTimes([60, 120]);
    expect(sixty!.instantiations).toBeGreaterThan(2_000);
    expect(sixty!.instantiations).toBeLessThan(INSTANTIATIONS);
    expect(sixty!.types).toBeLessThan(TYPES);
    expect(more!.instantiations - sixty!.instantiations).toBeLessThan(FOR_60_MORE);
    expect(sixty!.checkSeconds).toBeLessThan(SECONDS);
  },
);
