/** One event as CloudEvents describes it, and the check that a value is one. */
import { kindAndSize } from '../errors/kind-and-size.js';

/** An attribute that CloudEvents does not know; in headers all of them are texts. */
export type CloudEventExtension = string | number | boolean;

/** An event in the form of CloudEvents 1.0. */
export interface CloudEvent<T> {
  readonly specversion: '1.0';
  /** With `source`, no other event has the same. */
  readonly id: string;
  /** A URI of where it happened. */
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  /** RFC 3339. */
  readonly time?: string;
  /** Content type of the data. Default when written: that of the serde. Left out where there are no data. */
  readonly datacontenttype?: string;
  /** A URI of what the data adhere to. */
  readonly dataschema?: string;
  /** Other attributes: names of lower-case letters and digits. */
  readonly extensions?: Readonly<Record<string, CloudEventExtension>>;
  /** Left out: the event has none. */
  readonly data?: T;
}

const REQUIRED = ['id', 'source', 'type'] as const;
export const OPTIONAL = ['subject', 'time', 'dataschema'] as const;
const EXTENSION_NAME = /^[a-z0-9]+$/;
/** Names that extensions cannot have. */
export const OWN_NAMES: ReadonlySet<string> = new Set([
  'specversion',
  'datacontenttype',
  'data',
  'data_base64',
  ...REQUIRED,
  ...OPTIONAL,
]);

/** An event whose data are not looked at yet. */
export type Attributes = Omit<CloudEvent<unknown>, 'data'>;

/** Whole numbers of 32 bits, texts and truth values are what CloudEvents has for extensions in JSON. */
function isExtension(value: unknown): value is CloudEventExtension {
  if (typeof value === 'string' || typeof value === 'boolean') return true;
  return typeof value === 'number' && value === (value | 0);
}

/**
 * What is wrong with the attributes of an event, null: nothing.
 * @param lookUp gives an attribute by its name, undefined where it is missing
 */
export function attributeProblem(lookUp: (name: string) => unknown): string | null {
  const version = lookUp('specversion');
  if (version !== '1.0') return `specversion must be 1.0, not ${kindAndSize(version)}`;
  for (const name of REQUIRED) {
    const value = lookUp(name);
    if (typeof value !== 'string' || value === '')
      return `${name} must be a text that is not empty, not ${kindAndSize(value)}`;
  }
  for (const name of ['datacontenttype', ...OPTIONAL]) {
    const value = lookUp(name);
    if (value !== undefined && (typeof value !== 'string' || value === '')) {
      return `${name} must be a text that is not empty, or left out, not ${kindAndSize(value)}`;
    }
  }
  return null;
}

export function extensionProblem(name: string, value: unknown): string | null {
  if (!EXTENSION_NAME.test(name) || OWN_NAMES.has(name)) {
    return `an extension must have a name of lower-case letters and digits that is not one of CloudEvents itself, not ${name}`;
  }
  if (isExtension(value)) return null;
  return `extension ${name} must be a text, a truth value or a whole number of 32 bits, not ${kindAndSize(value)}`;
}
