/** Beside the commands: the bytes of a key that somebody has written on a command line. */
import { MillraceError } from '../../errors/error.js';
import { guessFormat, type GuessedFormat } from '../topic/guess-format.js';

export const KEY_FORMATS = ['text', 'json', 'long', 'int', 'double', 'base64'] as const;
export type StoredKeyFormat = (typeof KEY_FORMATS)[number];

const GUESSED: Partial<Readonly<Record<GuessedFormat, StoredKeyFormat>>> = {
  nothing: 'text',
  string: 'text',
  JSON: 'json',
  long: 'long',
  int: 'int',
  double: 'double',
};

/**
 * What keys seem to be.
 * @throws MillraceError CONFIG_INVALID when that cannot be written as text
 */
export function keyFormatOf(samples: readonly Buffer[]): StoredKeyFormat {
  const guess = guessFormat(samples, null);
  const format = GUESSED[guess];
  if (format !== undefined) return format;
  throw new MillraceError(
    'CONFIG_INVALID',
    `the keys of the store seem to be ${guess}: write one as its bytes, --key-format base64`,
  );
}

/** @throws MillraceError CONFIG_INVALID */
export function keyBytes(text: string, format: StoredKeyFormat, isGuess: boolean): Buffer {
  switch (format) {
    case 'text':
      return Buffer.from(text, 'utf8');
    case 'json':
      return Buffer.from(jsonOf(text, isGuess), 'utf8');
    case 'long': {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64BE(wholeOf(text, 63n));
      return bytes;
    }
    case 'int': {
      const bytes = Buffer.alloc(4);
      bytes.writeInt32BE(Number(wholeOf(text, 31n)));
      return bytes;
    }
    case 'double': {
      const bytes = Buffer.alloc(8);
      if (text.trim() === '' || Number.isNaN(Number(text))) throw invalid(text, 'a number');
      bytes.writeDoubleBE(Number(text));
      return bytes;
    }
    case 'base64':
      if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) throw invalid(text, 'base64');
      return Buffer.from(text, 'base64');
  }
}

/** The first bytes behind all that begin with these; null where there are none. */
export function afterPrefix(prefix: Buffer): Buffer | null {
  const last = prefix.findLastIndex((byte) => byte < 0xff);
  if (last < 0) return null;
  const next = Buffer.from(prefix.subarray(0, last + 1));
  next[last] = (next[last] ?? 0) + 1;
  return next;
}

/** The first bytes behind these. */
export function afterKey(key: Buffer): Buffer {
  return Buffer.concat([key, Buffer.alloc(1)]);
}

/** As the serde writes it; of keys that only seem to be JSON, what is none is a text. */
function jsonOf(text: string, isGuess: boolean): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    if (isGuess) return JSON.stringify(text);
    throw invalid(text, 'JSON');
  }
}

function wholeOf(text: string, bits: bigint): bigint {
  if (!/^-?\d{1,20}$/.test(text)) throw invalid(text, 'a whole number');
  const number = BigInt(text);
  if (number >= 1n << bits || number < -(1n << bits)) throw invalid(text, `a number of ${String(bits + 1n)} bits`);
  return number;
}

function invalid(text: string, what: string): MillraceError {
  return new MillraceError('CONFIG_INVALID', `the key ${text} is not ${what}; see --key-format`);
}
