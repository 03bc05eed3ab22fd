/** What every store shows of itself, and has at hand to read and write for operators. */
import type { RecordContext } from '../../../record/record-context.js';
import type { KeptValues } from '../bytes/kept-values.js';
import type { KeyCodec } from '../bytes/key-codec.js';
import type { ValueCodec } from '../bytes/value-codec.js';
import type { OverlayParts } from './store-parts.js';

export abstract class StoreFace {
  readonly name: string;
  readonly persistent: boolean;
  /** Updates are held back, once somebody listens. */
  readonly caching: boolean;
  protected readonly context: RecordContext;
  protected readonly keys: KeyCodec;
  protected readonly kept: KeptValues;
  protected readonly values: ValueCodec;

  constructor(parts: OverlayParts) {
    this.name = parts.name;
    this.persistent = parts.persistent;
    this.caching = parts.caching;
    this.context = parts.context;
    this.keys = parts.keys;
    this.kept = parts.kept;
    this.values = parts.kept.codec;
  }
}
