import { describe, expect, it } from 'vitest';
import { bytes } from '../../src/serde/bytes.js';
import { hexOf, readHex, unwritable } from './bytes-of.js';

describe('bytes', () => {
  it('are as they are', () => {
    expect(hexOf(bytes(), Buffer.from('00ff', 'hex'))).toBe('00ff');
    expect(readHex(bytes(), '00ff')).toEqual(Buffer.from('00ff', 'hex'));
  });

  it('are a copy, which outlives what was fetched', () => {
    const fetched = Buffer.from('abcdef');
    const [whole, range] = [
      bytes().deserialize(fetched.subarray(1, 3), 'topic'),
      bytes().deserializeRange?.(fetched, 1, 3, 'topic'),
    ];
    fetched.fill(0);
    expect([whole.toString(), range?.toString()]).toEqual(['bc', 'bc']);
  });

  it('are a Buffer', () => {
    expect(() => hexOf(bytes(), 'text' as unknown as Buffer)).toThrow(unwritable(/a Buffer is expected/));
  });
});
