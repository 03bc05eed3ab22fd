/** When two keys are the same key, whatever they are: for work that must go in order for each key. */

/** Something that is the same for equal keys and can be a key of a Map. Objects are compared by their content. */
export function keyIdentity(key: unknown): unknown {
  if (typeof key !== 'object' || key === null) return key;
  if (key instanceof Uint8Array)
    return `bytes ${Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1')}`;
  return `object ${JSON.stringify(key, (_name, value: unknown) => (typeof value === 'bigint' ? `${String(value)}n` : value))}`;
}
