/** How messages made while records are processed show what a record had: of which kind and how large it is, never what it says. */
import { shownValue } from './shown-value.js';

/**
 * For all that may come from a record: keys, values, headers, and whatever functions of the user made of them. `a text of 12
 * characters`, `NaN`, `null`, `a list of 3`, `an Order`. What the programmer wrote (options, arguments) is quoted by {@link shownValue}.
 * @param least with `most`: what whole numbers were expected; a number then says how it is none of them
 */
export function kindAndSize(value: unknown, least?: number | bigint, most?: number | bigint): string {
  switch (typeof value) {
    case 'string':
      return textShape(value.length);
    case 'number':
      if (!Number.isFinite(value)) return String(value);
      if (least !== undefined && !Number.isInteger(value)) return 'a number with a fraction';
      return `a number${beyond(value, least, most)}`;
    case 'bigint':
      return `a bigint${beyond(value, least, most)}`;
    case 'boolean':
      return 'a boolean';
    default:
      return value instanceof Date && !Number.isNaN(value.getTime()) ? 'a Date' : shownValue(value);
  }
}

function textShape(length: number): string {
  if (length === 0) return 'an empty text';
  return `a text of ${String(length)} character${length === 1 ? '' : 's'}`;
}

function beyond(value: number | bigint, least: number | bigint = value, most: number | bigint = value): string {
  if (value < least) return ` below ${String(least)}`;
  return value > most ? ` above ${String(most)}` : '';
}
