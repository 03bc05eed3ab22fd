/** How errors show what came from outside: short, and without failing whatever it is. */

const MOST_CHARACTERS = 60;

/**
 * A value with its type, such as `NaN`, `text "id-7"`, `bigint 5`, `a Promise`. It quotes: use it for what the programmer wrote,
 * options and arguments. What may come from a record is shown by `kindAndSize`.
 */
export function shownValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `text ${cutShort(JSON.stringify(value))}`;
    case 'number':
      return String(value);
    case 'bigint':
      return `bigint ${cutShort(String(value))}`;
    case 'boolean':
      return `boolean ${String(value)}`;
    case 'function':
      return 'a function';
    case 'symbol':
      return 'a symbol';
    case 'object':
      return value === null ? 'null' : shownObject(value);
    default:
      return 'undefined';
  }
}

/** What an error says, whatever was thrown. */
export function reasonOf(thrown: unknown): string {
  try {
    if (thrown instanceof Error && typeof (thrown.message as unknown) === 'string') {
      return thrown.message === '' ? thrown.name : thrown.message;
    }
    return typeof thrown === 'string' ? thrown : shownValue(thrown);
  } catch {
    // Not even its own message can be read: that it failed must be told all the same.
    return 'an error that cannot be shown';
  }
}

function shownObject(value: object): string {
  if (Array.isArray(value)) return `a list of ${String(value.length)}`;
  if (value instanceof Date) return `Date ${Number.isNaN(value.getTime()) ? 'that is not valid' : value.toISOString()}`;
  try {
    const maker: unknown = value.constructor;
    if (typeof maker !== 'function' || maker.name === '' || maker === Object) return 'an object';
    return `${/^[AEIOU]/.test(maker.name) ? 'an' : 'a'} ${cutShort(maker.name)}`;
  } catch {
    return 'an object';
  }
}

/** The beginning of a text that is too long for a message. */
function cutShort(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}...` : text;
}
