/** Reads JSON text. What is wrong with it is told by its place: the engine's own messages quote what stands around it. */

const LITERALS: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' };
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SPACE = /[ \t\n\r]*/y;

/** As `JSON.parse`. @throws SyntaxError that says where the text stops being JSON, and nothing of what it says */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const at = endOfJson(text);
  const length = String(text.length);
  if (text.length === 0) throw new SyntaxError('the text is empty');
  if (at >= text.length) throw new SyntaxError(`the text ends too early, after ${length} characters`);
  throw new SyntaxError(`unexpected character at position ${String(at)} of ${length}`);
}

/** Index of the first character that cannot stand where it does; the length of the text where there is none. */
function endOfJson(text: string): number {
  const closers: string[] = [];
  let next: 'value' | 'first value' | 'name' | 'first name' | 'colon' | 'comma' = 'value';
  let at = 0;
  for (;;) {
    at += lengthAt(SPACE, text, at);
    const first = text[at];
    if (first === undefined) return at;
    const closer = closers.at(-1);
    if (first === closer && (next === 'comma' || next.startsWith('first'))) {
      closers.pop();
      at += 1;
      next = 'comma';
    } else if (next === 'comma' || next === 'colon') {
      if (closer === undefined || first !== (next === 'comma' ? ',' : ':')) return at;
      at += 1;
      next = next === 'comma' && closer === '}' ? 'name' : 'value';
    } else if (next.endsWith('name')) {
      if (first !== '"') return at;
      const end = endOfString(text, at);
      if (end < 0) return -end - 1;
      at = end;
      next = 'colon';
    } else if (first === '{' || first === '[') {
      closers.push(first === '{' ? '}' : ']');
      at += 1;
      next = first === '{' ? 'first name' : 'first value';
    } else {
      const end = endOfScalar(text, at, first);
      if (end < 0) return -end - 1;
      at = end;
      next = 'comma';
    }
  }
}

/** Behind the text, number, true, false or null that begins at a place; `-1 - i` where it cannot go on at index `i`. */
function endOfScalar(text: string, start: number, first: string): number {
  if (first === '"') return endOfString(text, start);
  const literal = LITERALS[first];
  if (literal === undefined) {
    const length = lengthAt(NUMBER, text, start);
    return length === 0 ? -1 - start : start + length;
  }
  for (let i = 0; i < literal.length; i += 1) if (text[start + i] !== literal[i]) return -1 - (start + i);
  return start + literal.length;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length;) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) return at + 1;
    const length = unit === 0x5c ? lengthAt(ESCAPE, text, at) : unit < 0x20 ? 0 : 1;
    if (length === 0) return -1 - at;
    at += length;
  }
  return -1 - text.length;
}

function lengthAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}
