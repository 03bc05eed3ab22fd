/** Text in encodings other than UTF-8, as Java writes and reads them. */

/** Encodings of text other than UTF-8. `utf-16` is big-endian and begins with a mark of its byte order. */
export type OtherEncoding = 'utf-16' | 'utf-16be' | 'utf-16le' | 'iso-8859-1' | 'us-ascii';

/** Java: `text.getBytes(charset)` and `new String(bytes, start, end - start, charset)`. */
export interface TextCodec {
  encode(text: string): Buffer;
  decode(buffer: Buffer, start: number, end: number): string;
}

const MARK = 0xfeff;
const MARK_TURNED = 0xfffe;
const REPLACEMENT = '\ufffd';
const ALONE = /\p{Surrogate}/gu;

interface WellFormedString {
  isWellFormed(): boolean;
}

/** What is no character is U+FFFD. */
function wellFormed(text: string): string {
  return (text as string & WellFormedString).isWellFormed() ? text : text.replace(ALONE, REPLACEMENT);
}

function encodeUtf16(text: string, littleEndian: boolean): Buffer {
  const bytes = Buffer.from(wellFormed(text), 'utf16le');
  return littleEndian ? bytes : bytes.swap16();
}

function unitAt(buffer: Buffer, at: number, littleEndian: boolean): number {
  const [first, second] = [buffer[at] as number, buffer[at + 1] as number];
  return littleEndian ? second * 256 + first : first * 256 + second;
}

/** Unit by unit: the web's decoders replace other numbers of bytes by U+FFFD than Java. */
function decodeUtf16(buffer: Buffer, start: number, end: number, littleEndian: boolean): string {
  let text = '';
  let at = start;
  while (at < end) {
    if (at + 1 === end) return text + REPLACEMENT;
    const unit = unitAt(buffer, at, littleEndian);
    at += 2;
    if (unit < 0xd800 || unit > 0xdfff) {
      text += String.fromCharCode(unit);
    } else if (unit >= 0xdc00) {
      text += REPLACEMENT;
    } else {
      if (at + 2 > end) return text + REPLACEMENT;
      const low = unitAt(buffer, at, littleEndian);
      at += 2;
      text += low >= 0xdc00 && low <= 0xdfff ? String.fromCharCode(unit, low) : REPLACEMENT;
    }
  }
  return text;
}

const utf16be: TextCodec = {
  encode: (text) => encodeUtf16(text, false),
  decode: (buffer, start, end) => decodeUtf16(buffer, start, end, false),
};

const utf16le: TextCodec = {
  encode: (text) => encodeUtf16(text, true),
  decode: (buffer, start, end) => decodeUtf16(buffer, start, end, true),
};

const utf16: TextCodec = {
  encode: (text) => (text === '' ? Buffer.alloc(0) : encodeUtf16(`\ufeff${text}`, false)),
  decode(buffer, start, end) {
    const first = end - start < 2 ? -1 : unitAt(buffer, start, false);
    const marked = first === MARK || first === MARK_TURNED;
    return decodeUtf16(buffer, marked ? start + 2 : start, end, first === MARK_TURNED);
  },
};

const BEYOND_LATIN1 = /[^\x00-\xff]/gu;
const BEYOND_ASCII = /[^\x00-\x7f]/gu;

const latin1: TextCodec = {
  encode: (text) => Buffer.from(text.replace(BEYOND_LATIN1, '?'), 'latin1'),
  decode: (buffer, start, end) => buffer.toString('latin1', start, end),
};

const ascii: TextCodec = {
  encode: (text) => Buffer.from(text.replace(BEYOND_ASCII, '?'), 'latin1'),
  decode: (buffer, start, end) => buffer.toString('latin1', start, end).replace(BEYOND_ASCII, REPLACEMENT),
};

export const TEXT_CODECS: Readonly<Record<OtherEncoding, TextCodec>> = Object.freeze({
  'utf-16': utf16,
  'utf-16be': utf16be,
  'utf-16le': utf16le,
  'iso-8859-1': latin1,
  'us-ascii': ascii,
});
