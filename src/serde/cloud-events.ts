/** CloudEvents in records: attributes in headers and data in the value (binary mode), or all of it in the value (structured mode). */
import { MillraceError } from '../errors/error.js';
import { kindAndSize } from '../errors/kind-and-size.js';
import { shownValue } from '../errors/shown-value.js';
import { headerText, type Headers } from '../record/headers.js';
import { decodeUtf8, encodeUtf8 } from '../record/utf8.js';
import { attributeProblem, extensionProblem, type CloudEvent } from './cloud-event.js';
import { CONTENT_TYPE, eventFromHeaders, headersOfEvent, withoutEvent } from './cloud-event-headers.js';
import { eventFromJson, eventToJson } from './cloud-event-json.js';
import type { Serde } from './serde.js';
import { undecodable, unencodable } from './serde-error.js';

/** How events are written; both ways are read. */
export interface CloudEventsOptions<T> {
  /** The serde of the data. */
  readonly data: Serde<T>;
  /** `binary`: attributes become headers, data become the value. `structured`: all is one JSON text. Default: `binary`. */
  readonly mode?: 'binary' | 'structured';
  /** Content type of data whose event names none. Default: `application/json`. */
  readonly contentType?: string;
}

const MODES: ReadonlySet<string> = new Set(['binary', 'structured']);
const STRUCTURED = 'application/cloudevents';
const STRUCTURED_JSON = 'application/cloudevents+json';
const NO_BYTES = Buffer.alloc(0);
/** In front of events that stand in a store, or in another value: the headers of their record are not theirs. */
const ALONE = 0x1e;

class CloudEventsSerde<T> implements Serde<CloudEvent<T>> {
  /** The serde of the data. */
  readonly inner: Serde<T>;
  readonly keepsNoBytes: boolean;
  private readonly binary: boolean;
  private readonly contentType: string;
  /** What was made for the event that is written next: its bytes need not repeat what is in these headers. */
  private announced: Headers | null = null;

  constructor({ data, mode = 'binary', contentType = 'application/json' }: CloudEventsOptions<T>) {
    this.inner = data;
    this.keepsNoBytes = data.keepsNoBytes === true;
    this.binary = mode === 'binary';
    this.contentType = contentType;
  }

  headersFor(event: CloudEvent<T>, _topic: string, headers: Headers): Headers {
    check(event);
    const rest = withoutEvent(headers);
    this.announced = this.binary
      ? [...rest, ...headersOfEvent(event, this.typeOf(event))]
      : [...rest, [CONTENT_TYPE, encodeUtf8(`${STRUCTURED_JSON}; charset=UTF-8`)]];
    return this.announced;
  }

  serialize(event: CloudEvent<T>, topic: string, headers?: Headers): Buffer {
    const announced = headers !== undefined && headers === this.announced;
    this.announced = null;
    if (!announced) check(event);
    const data = event.data === undefined ? null : this.inner.serialize(event.data, topic, headers);
    if (announced && this.binary) return data ?? NO_BYTES;
    const json = encodeUtf8(eventToJson(event, this.typeOf(event), data));
    return announced ? json : Buffer.concat([Buffer.of(ALONE), json]);
  }

  deserialize(bytes: Buffer, topic: string, headers?: Headers): CloudEvent<T> {
    if (bytes[0] === ALONE) return this.fromJson(decodeUtf8(bytes, 1), topic, headers);
    const contentType = headers === undefined ? null : headerText(headers, CONTENT_TYPE);
    if (headers !== undefined && contentType?.toLowerCase().startsWith(STRUCTURED) !== true) {
      const attributes = eventFromHeaders(headers, contentType);
      if (attributes !== null) {
        // Data always have a content type; without one, no bytes are no data.
        if (bytes.length === 0 && contentType === null) return attributes;
        return { ...attributes, data: this.inner.deserialize(bytes, topic, headers) };
      }
    } else if (contentType !== null && contentType.split(';')[0]?.trim().toLowerCase() !== STRUCTURED_JSON) {
      throw undecodable(
        `events in structured mode are read as ${STRUCTURED_JSON} only; this one has another content type, ${kindAndSize(contentType)}`,
      );
    }
    return this.fromJson(decodeUtf8(bytes), topic, headers);
  }

  private typeOf(event: CloudEvent<T>): string | null {
    return event.data === undefined ? null : (event.datacontenttype ?? this.contentType);
  }

  private fromJson(text: string, topic: string, headers: Headers | undefined): CloudEvent<T> {
    const { attributes, data } = eventFromJson(text);
    return data === null ? attributes : { ...attributes, data: this.inner.deserialize(data, topic, headers) };
  }
}

function check(event: CloudEvent<unknown>): void {
  if (typeof event !== 'object' || (event as unknown) === null) {
    throw unencodable(`a CloudEvent is expected, not ${kindAndSize(event)}`);
  }
  const problem = attributeProblem((name) => Reflect.get(event, name));
  if (problem !== null) throw unencodable(`a CloudEvent cannot be written: ${problem}`);
  for (const [name, value] of Object.entries(event.extensions ?? {})) {
    const wrong = extensionProblem(name, value);
    if (wrong !== null) throw unencodable(`a CloudEvent cannot be written: ${wrong}`);
  }
}

/**
 * Events of CloudEvents 1.0 by its binding to Kafka. Both modes are read, by the content type in the headers.
 *
 * Stores, and values around this one, have no headers of their own: there all of the event is in the bytes.
 * @throws MillraceError CONFIG_INVALID when an option is not what it must be
 */
export function cloudEvents<T>(options: CloudEventsOptions<T>): Serde<CloudEvent<T>> {
  const { data, mode = 'binary' } = options;
  if (typeof (data as Partial<Serde<T>> | undefined)?.serialize !== 'function') {
    throw new MillraceError('CONFIG_INVALID', 'serdes.cloudEvents needs data, the serde of the data of its events');
  }
  if (!MODES.has(mode)) {
    throw new MillraceError(
      'CONFIG_INVALID',
      `serdes.cloudEvents mode must be binary or structured, not ${shownValue(mode)}`,
    );
  }
  return new CloudEventsSerde(options);
}
