/** The serdes that come with Millrace, under one name. */
import type { Windowed } from '../record/windowed.js';
import { toMilliseconds, type Duration } from '../time/duration.js';
import { boolean } from './boolean.js';
import { bytes } from './bytes.js';
import { cloudEvents } from './cloud-events.js';
import { bigint, double, float, int, long, short } from './fixed-width.js';
import { json } from './json.js';
import { list } from './list.js';
import { optional } from './optional.js';
import type { Serde } from './serde.js';
import { SessionWindowedSerde } from './session-windowed.js';
import { string } from './string.js';
import { TimeWindowedSerde } from './time-windowed.js';
import { uuid } from './uuid.js';
import { validated } from './validated.js';

/**
 * Keys of time windows: the inner key and the start of the window, as Kafka Streams writes them.
 * @param size length of a window, which the bytes do not tell
 */
function timeWindowed<K>(inner: Serde<K>, size: Duration): Serde<Windowed<K>> {
  return new TimeWindowedSerde(inner, toMilliseconds(size, 'serdes.timeWindowed size'));
}

/** Keys of `UnlimitedWindows`: the inner key and the start of the window, as Kafka Streams writes them; such a window has no end. */
function unlimitedWindowed<K>(inner: Serde<K>): Serde<Windowed<K>> {
  return new TimeWindowedSerde(inner, Number.POSITIVE_INFINITY);
}

/** Keys of sessions: the inner key, the end and the start of the session, as Kafka Streams writes them. */
function sessionWindowed<K>(inner: Serde<K>): Serde<Windowed<K>> {
  return new SessionWindowedSerde(inner);
}

/** Serdes of all built-in formats, byte for byte those of Kafka where Kafka has them. Kafka Streams: `Serdes`, `WindowedSerdes`. */
export const serdes = Object.freeze({
  string,
  json,
  double,
  float,
  int,
  short,
  long,
  bigint,
  boolean,
  bytes,
  uuid,
  list,
  optional,
  validated,
  cloudEvents,
  timeWindowed,
  unlimitedWindowed,
  sessionWindowed,
});
