/** What a schema of somebody's library says of a value, without the value: some quote what they refuse. */
import { kindAndSize } from '../errors/kind-and-size.js';

/** One thing that is wrong with a value. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Beyond what the standard asks for, as valibot (`input`, `received`) and arktype (`data`, `actual`, and another `input`) say it. */
interface TellingIssue extends SchemaIssue {
  readonly input?: unknown;
  readonly received?: unknown;
  readonly data?: unknown;
  readonly actual?: unknown;
}

/** How content begins where a library prints it; what it says in words (`an object`, `missing`, `Date`) is none. */
const PRINTED = /^(?:["'{[]|-?\d|true$|false$)/;
const LENGTH = /^\d+$/;
const SPECIAL = /[.*+?^${}()|[\]\\]/g;

/**
 * The message of an issue with kind and size of the value in the place of each text that stands for it: as the issue itself
 * says that it printed it, in quotes, behind `was` or `received`, or alone.
 * @param root what the schema was given
 */
export function withoutValue(issue: TellingIssue, root: unknown): string {
  const { message } = issue;
  const value = 'data' in issue ? issue.data : 'input' in issue ? issue.input : valueAt(root, issue.path ?? []);
  const shape = kindAndSize(value);
  let told = message;
  for (const form of printedForms(issue, value)) told = told.replaceAll(form, () => shape);
  if (told !== message || typeof value === 'object') return told;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return told;
  if (value === '') return told;
  const alone = `(?<![\\w.-])${String(value).replace(SPECIAL, '\\$&')}n?(?![\\w]|\\.\\d)`;
  // A limit may be the same number: it stays where it is seen which of the two is the value.
  told = message.replace(new RegExp(`(?<=\\b(?:was|received) )${alone}`, 'giu'), () => shape);
  return told === message ? message.replace(new RegExp(alone, 'gu'), () => shape) : told;
}

function printedForms({ received, actual }: TellingIssue, value: unknown): readonly string[] {
  const forms = [received, actual].filter((one): one is string => typeof one === 'string' && PRINTED.test(one));
  if (typeof value === 'string') return [...forms.filter((one) => !LENGTH.test(one)), ...quoted(value)];
  if (typeof value !== 'object' || value === null) return [];
  return [...forms, ...[jsonOf(value)].filter((one) => one !== null), ...textsIn(value).flatMap(quoted)];
}

function quoted(text: string): readonly string[] {
  return [JSON.stringify(text), `"${text}"`, `'${text}'`];
}

function jsonOf(value: object): string | null {
  try {
    return JSON.stringify(value);
  } catch {
    // With bigints in it, or itself: no message has its JSON.
    return null;
  }
}

/** All texts within a value. */
function textsIn(value: unknown, seen = new Set<unknown>()): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (typeof value !== 'object' || value === null || seen.has(value)) return [];
  seen.add(value);
  return Object.values(value).flatMap((part) => textsIn(part, seen));
}

function valueAt(root: unknown, path: NonNullable<SchemaIssue['path']>): unknown {
  let value = root;
  for (const step of path) {
    const key = typeof step === 'object' ? step.key : step;
    if (value instanceof Map) value = value.get(key);
    else value = typeof value === 'object' && value !== null ? (Reflect.get(value, key) as unknown) : undefined;
  }
  return value;
}
