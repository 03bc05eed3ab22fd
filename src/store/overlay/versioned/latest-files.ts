/** The latest version of each key of a versioned store on disk, with the numbers of the rows that hold its history. */
import type { StoreSite } from '../epoch/store-site.js';
import { RowBytesReader, RowBytesWriter } from '../bytes/row-bytes.js';
import type { History } from './history.js';
import type { RowFiles } from '../rows/row-files.js';
import type { ValueCodec } from '../bytes/value-codec.js';
import { LATEST_ROW } from './version-geometry.js';
import { StartSlot, type StartRow } from '../rows/start-row.js';

/** What the latest version is; see `History.gap`. */
const DELETION = 0;
const VALUE = 1;
const VALUE_AFTER_GAP = 2;

/** Number of rows, their numbers (each but the first as the distance to the one before), start, kind, and the value if any. */
export class LatestFiles {
  private readonly writer = new RowBytesWriter();

  constructor(
    private readonly site: StoreSite,
    private readonly values: ValueCodec,
    private readonly files: Pick<RowFiles<StartSlot, StartRow>, 'headKey'>,
  ) {}

  key(text: string): Buffer {
    return this.files.headKey({ text, id: LATEST_ROW });
  }

  /** Fills an empty history from disk. */
  read(history: History): void {
    const bytes = this.site.backend.getSync(this.key(history.text));
    if (bytes === undefined) return;
    const reader = new RowBytesReader(bytes, 0);
    let id = 0;
    for (let left = reader.varint(); left > 0; left -= 1) {
      id += reader.varint();
      history.ids.push(id);
      history.rows.push(null);
    }
    const slot = new StartSlot(null, history.text, reader.varint(), 0);
    const kind = reader.varint();
    if (kind !== DELETION) {
      history.gap = kind === VALUE_AFTER_GAP;
      slot.value = this.values.decode(bytes, reader.at, bytes.length);
      if (typeof slot.value !== 'number') slot.resize(this.values.size(slot.value));
    } else {
      history.indexed = slot.start;
      history.listed = slot.start;
    }
    history.latest = slot;
  }

  encode({ ids, latest, gap }: History): Buffer {
    const { writer } = this;
    const { start, value } = latest as StartSlot;
    writer.clear();
    writer.varint(ids.length);
    let before = 0;
    for (const id of ids) {
      writer.varint(id - before);
      before = id;
    }
    writer.varint(start);
    writer.varint(value === null ? DELETION : gap ? VALUE_AFTER_GAP : VALUE);
    if (value !== null) writer.bytes(this.values.encode(value, 0));
    return writer.take();
  }
}
