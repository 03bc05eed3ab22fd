/** What every store stands on, whatever it keeps: its place, its codecs and its account with the memory. */
import type { RecordContext } from '../../../record/record-context.js';
import type { StoreSpec } from '../../spec.js';
import { keyCodec, type KeyCodec } from '../bytes/key-codec.js';
import { KeptValues } from '../bytes/kept-values.js';
import { valueCodec, type ValueCodec } from '../bytes/value-codec.js';
import { ChangeWatch } from './change-watch.js';
import { Ledger } from './ledger.js';
import type { StoreSite } from './store-site.js';

/** How keys and values are kept, where that is more than their serdes. */
export interface Codecs {
  readonly keys: KeyCodec;
  readonly values: ValueCodec;
}

export class OverlayParts {
  readonly name: string;
  readonly persistent: boolean;
  /** Updates are held back and emitted, once somebody listens; what was put is found for as long as it is in memory. */
  readonly caching: boolean;
  readonly context: RecordContext;
  readonly keys: KeyCodec;
  readonly kept: KeptValues;
  readonly ledger: Ledger;
  readonly watch: ChangeWatch;

  constructor(
    readonly site: StoreSite,
    codecs?: Codecs,
  ) {
    const { opening, context, budget } = site;
    const { spec, key, value, changelogTopic } = opening;
    this.name = spec.name;
    this.persistent = site.backend.persistent;
    // Without memory for it nothing is held back: operators then emit each update, deletions of what was not there too.
    this.caching = spec.caching && budget.maxBytes > 0;
    this.context = context;
    this.keys = codecs?.keys ?? keyCodec(key, changelogTopic, spec.name);
    const values = codecs?.values ?? valueCodec(value, changelogTopic, context);
    this.kept = new KeptValues(spec.name, values, keepsHeaders(spec), context);
    this.ledger = new Ledger(budget);
    this.watch = new ChangeWatch(this.keys, this.kept, context);
  }
}

/** A buffer of held changes writes the headers of its values in its own way. */
function keepsHeaders(spec: StoreSpec): boolean {
  return spec.format === 'headers' && spec.kind !== 'suppressBuffer';
}
