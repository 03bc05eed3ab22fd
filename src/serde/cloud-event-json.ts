/** A CloudEvent as one JSON text. */
import { reasonOf } from '../errors/shown-value.js';
import { decodeUtf8, encodeUtf8 } from '../record/utf8.js';
import { attributeProblem, OPTIONAL, type Attributes, type CloudEvent } from './cloud-event.js';
import { attributesOf } from './cloud-event-headers.js';
import { parseExact, stringifyExact } from './exact-json.js';
import { parseJson } from './json-text.js';
import { undecodable, unencodable } from './serde-error.js';

const JSON_TYPE = /^[^;]*[/+]json\s*(?:;|$)/i;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const WRONG = 'the value is no CloudEvent';

/** @param contentType null: there are no data */
export function eventToJson(event: CloudEvent<unknown>, contentType: string | null, data: Buffer | null): string {
  const { specversion, id, source, type } = event;
  const fields: Record<string, unknown> = { specversion, id, source, type };
  for (const name of OPTIONAL) if (event[name] !== undefined) fields[name] = event[name];
  if (contentType !== null) fields['datacontenttype'] = contentType;
  if (event.extensions !== undefined) {
    for (const [name, value] of Object.entries(event.extensions)) fields[name] = value;
  }
  const head = JSON.stringify(fields).slice(0, -1);
  if (contentType === null || data === null) return `${head}}`;
  if (!JSON_TYPE.test(contentType)) return `${head},"data_base64":"${data.toString('base64')}"}`;
  const text = decodeUtf8(data);
  try {
    parseJson(text);
  } catch (cause) {
    throw unencodable(
      `the data of a CloudEvent are no JSON (${reasonOf(cause)}), but their content type is one of JSON; set contentType`,
      cause,
    );
  }
  // As it was written: numbers would lose digits on the way through values.
  return `${head},"data":${text}}`;
}

/** @throws MillraceError DESERIALIZATION_FAILED */
export function eventFromJson(text: string): { readonly attributes: Attributes; readonly data: Buffer | null } {
  const found = fieldsOf(text);
  const problem = attributeProblem((name) => found.get(name));
  if (problem !== null) throw undecodable(`${WRONG}: ${problem}`);
  if (found.has('data') && found.has('data_base64')) throw undecodable(`${WRONG}: it has both data and data_base64`);
  return { attributes: attributesOf(found, WRONG), data: dataOf(found) };
}

function fieldsOf(text: string): Map<string, unknown> {
  let value: unknown;
  try {
    value = parseExact(text);
  } catch (cause) {
    throw undecodable(`${WRONG}: it is no JSON: ${reasonOf(cause)}`, cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw undecodable(`${WRONG}: it is no object`);
  const found = new Map<string, unknown>();
  // Null is as good as missing, but for data.
  for (const [name, field] of Object.entries(value)) if (field !== null || name === 'data') found.set(name, field);
  return found;
}

function dataOf(found: ReadonlyMap<string, unknown>): Buffer | null {
  const encoded = found.get('data_base64');
  if (encoded !== undefined) {
    if (typeof encoded !== 'string' || !BASE64.test(encoded)) throw undecodable(`${WRONG}: data_base64 is no Base64`);
    return Buffer.from(encoded, 'base64');
  }
  if (!found.has('data')) return null;
  const data = found.get('data');
  const contentType = found.get('datacontenttype') as string | undefined;
  // Other than JSON, data that are text stand there as they are.
  if (contentType !== undefined && !JSON_TYPE.test(contentType) && typeof data === 'string') return encodeUtf8(data);
  try {
    return encodeUtf8(stringifyExact(data) ?? 'null');
  } catch (cause) {
    throw undecodable(`${WRONG}: its data cannot be read: ${reasonOf(cause)}`, cause);
  }
}
