/** The attributes of a CloudEvent as headers. */
import type { Header, Headers } from '../record/headers.js';
import { decodeUtf8, encodeUtf8 } from '../record/utf8.js';
import {
  attributeProblem,
  extensionProblem,
  OPTIONAL,
  OWN_NAMES,
  type Attributes,
  type CloudEvent,
} from './cloud-event.js';
import { undecodable } from './serde-error.js';

export const CONTENT_TYPE = 'content-type';
const PREFIX = 'ce_';

/** Headers without those of an event that came before. The list itself where there are none. */
export function withoutEvent(headers: Headers): Headers {
  return headers.some(ofEvent) ? headers.filter((header) => !ofEvent(header)) : headers;
}

function ofEvent([name]: Header): boolean {
  return name === CONTENT_TYPE || name.startsWith(PREFIX);
}

/** @param contentType null: the event has no data */
export function headersOfEvent(event: CloudEvent<unknown>, contentType: string | null): Header[] {
  const made: Header[] = [];
  const add = (name: string, text: string): void => {
    made.push([PREFIX + name, encodeUtf8(text)]);
  };
  add('specversion', event.specversion);
  add('id', event.id);
  add('source', event.source);
  add('type', event.type);
  for (const name of OPTIONAL) {
    const value = event[name];
    if (value !== undefined) add(name, value);
  }
  if (event.extensions !== undefined) {
    for (const [name, value] of Object.entries(event.extensions)) add(name, String(value));
  }
  if (contentType !== null) made.push([CONTENT_TYPE, encodeUtf8(contentType)]);
  return made;
}

/** Null when the headers are not those of an event. @throws MillraceError DESERIALIZATION_FAILED when something is wrong with them */
export function eventFromHeaders(headers: Headers, contentType: string | null): Attributes | null {
  const found = new Map<string, string>();
  for (const [name, value] of headers) {
    if (name.startsWith(PREFIX) && value !== null) found.set(name.slice(PREFIX.length), decodeUtf8(value));
  }
  if (!found.has('specversion')) return null;
  if (contentType !== null) found.set('datacontenttype', contentType);
  const problem = attributeProblem((name) => found.get(name));
  if (problem !== null) throw undecodable(`the headers are not those of a CloudEvent: ${problem}`);
  return attributesOf(found, 'the headers are not those of a CloudEvent');
}

/** Attributes that have been looked at, but for the extensions. */
export function attributesOf(found: ReadonlyMap<string, unknown>, wrong: string): Attributes {
  const event: Record<string, unknown> = { specversion: '1.0', id: found.get('id'), source: found.get('source') };
  event['type'] = found.get('type');
  for (const name of ['datacontenttype', ...OPTIONAL]) if (found.has(name)) event[name] = found.get(name);
  const extensions: Record<string, unknown> = {};
  for (const [name, value] of found) {
    if (OWN_NAMES.has(name)) continue;
    const problem = extensionProblem(name, value);
    if (problem !== null) throw undecodable(`${wrong}: ${problem}`);
    extensions[name] = value;
  }
  if (Object.keys(extensions).length > 0) event['extensions'] = extensions;
  return event as unknown as Attributes;
}
