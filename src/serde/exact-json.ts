/** JSON whose whole numbers of any size stay exact: those that a number cannot hold are bigints. */
import { parseJson } from './json-text.js';

/** Whole numbers of fewer digits are exact as numbers. */
const MANY_DIGITS = /\d{16}/;
const WHOLE = /^-?\d+$/;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const SPACE = /[ \t\n\r]*/y;

/** @throws SyntaxError when the text is no JSON, RangeError when it is nested too deeply for that */
export function parseExact(text: string): unknown {
  const value = parseJson(text);
  return MANY_DIGITS.test(text) ? new ValidText(text).value() : value;
}

/** A text that is known to be JSON: what would be no value cannot come. */
class ValidText {
  private at = 0;

  constructor(private readonly text: string) {}

  value(): unknown {
    this.token(SPACE);
    const first = this.text[this.at];
    if (first === '{') return this.object();
    if (first === '[') return this.array();
    if (first === '"') return JSON.parse(this.token(STRING));
    if (first === 't') return this.skipped(4, true);
    if (first === 'f') return this.skipped(5, false);
    if (first === 'n') return this.skipped(4, null);
    const literal = this.token(NUMBER);
    const value = Number(literal);
    return !Number.isSafeInteger(value) && WHOLE.test(literal) ? BigInt(literal) : value;
  }

  private object(): Record<string, unknown> {
    const made: Record<string, unknown> = {};
    while (this.another('}')) {
      const key = JSON.parse(this.token(STRING)) as string;
      this.token(SPACE);
      this.at += 1;
      const value = this.value();
      if (key === '__proto__') {
        Object.defineProperty(made, key, { value, writable: true, enumerable: true, configurable: true });
      } else {
        made[key] = value;
      }
    }
    return made;
  }

  private array(): unknown[] {
    const made: unknown[] = [];
    while (this.another(']')) made.push(this.value());
    return made;
  }

  /** Steps over a bracket or comma; false at the end, which it steps over too. */
  private another(end: string): boolean {
    this.token(SPACE);
    if (this.text[this.at] !== end) this.at += 1;
    this.token(SPACE);
    if (this.text[this.at] !== end) return true;
    this.at += 1;
    return false;
  }

  private token(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private skipped<T>(length: number, value: T): T {
    this.at += length;
    return value;
  }
}

/** As `JSON.stringify`, with bigints as whole numbers. */
export function stringifyExact(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // The one error that it has for bigints; it has the same class for values that contain themselves, which fail below again.
    if (!(error instanceof TypeError)) throw error;
  }
  for (let attempt = 0; ; attempt += 1) {
    const mark = `bigint-${String(attempt)}:`;
    let count = 0;
    const marked = JSON.stringify(value, (_, it: unknown) => {
      if (typeof it !== 'bigint') return it;
      count += 1;
      return mark + String(it);
    }) as string | undefined;
    let found = 0;
    const text = marked?.replace(new RegExp(`"${mark}(-?\\d+)"`, 'g'), (_, digits: string) => {
      found += 1;
      return digits;
    });
    // More of them: a text or a key in the value looks like a mark, so another mark is needed.
    if (found === count) return text;
  }
}
