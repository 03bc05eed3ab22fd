/** Serdes that fetch something before they are used, wherever they stand: alone or inside of others. */
import type { Serde } from './serde.js';

/** What a serde is about to be used for on a topic: a source reads, a sink writes, and a store does both with what it has held for long. */
export type SerdeUse = 'read' | 'write' | 'store';

/** Serdes around another one. */
interface Outer {
  readonly inner: Serde<unknown> | undefined;
}

function innerOf(serde: Serde<unknown>): Serde<unknown> | undefined {
  return 'inner' in serde ? (serde as Serde<unknown> & Outer).inner : undefined;
}

/** Lets a serde, and those inside of it, fetch what they need. Undefined where nobody has to wait. */
export function prepared(serde: Serde<unknown>, topic: string, use: SerdeUse): Promise<void> | undefined {
  for (let one: Serde<unknown> | undefined = serde; one !== undefined; one = innerOf(one)) {
    const promise = one.prepare?.(topic, use);
    if (promise !== undefined) return promise;
  }
  return undefined;
}

/** The serde as it is for keys; the same where keys are nothing special to it. */
export function forKeys(serde: Serde<unknown>): Serde<unknown> {
  if (serde.forKeys !== undefined) return serde.forKeys();
  const inner = innerOf(serde);
  if (inner === undefined || !('around' in serde)) return serde;
  const ofKeys = forKeys(inner);
  const outer = serde as Serde<unknown> & { around(inner: Serde<unknown>): Serde<unknown> };
  return ofKeys === inner ? serde : outer.around(ofKeys);
}
