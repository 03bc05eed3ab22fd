/** Serdes whose bytes are text. */
import type { Serde } from '../../../serde/serde.js';

export type TextSerde = Serde<unknown> & Required<Pick<Serde<unknown>, 'toText' | 'fromText'>>;

export function isTextSerde(serde: Serde<unknown>): serde is TextSerde {
  return serde.toText !== undefined && serde.fromText !== undefined;
}
