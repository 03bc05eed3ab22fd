/** Dates in JSON: texts exactly as `Date` writes itself become dates again. */

const SOMEWHERE = /T\d\d:\d\d:\d\d\.\d{3}Z"/;
const DATE = /^(?:\d{4}|[+-]\d{6})-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** @param text what `value` was read from; @throws RangeError when it is nested too deeply */
export function withDates(value: unknown, text: string): unknown {
  return SOMEWHERE.test(text) ? revived(value) : value;
}

function revived(value: unknown): unknown {
  if (typeof value === 'string') return DATE.test(value) ? dateOr(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) value[i] = revived(value[i]);
    return value;
  }
  const fields = value as Record<string, unknown>;
  for (const key of Object.keys(fields)) {
    const now = revived(fields[key]);
    // A field of the name __proto__ is one like all others only while nothing is assigned to it.
    if (now !== fields[key]) Object.defineProperty(fields, key, { value: now });
  }
  return value;
}

/** The 30th of February is a text. */
function dateOr(text: string): Date | string {
  const date = new Date(text);
  return !Number.isNaN(date.getTime()) && date.toISOString() === text ? date : text;
}
