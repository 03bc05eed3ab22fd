/** Tells those who listen of the puts into one store. */
import type { RecordContext } from '../../../record/record-context.js';
import type { ChangeListener, WatchedKeys } from '../../change-listener.js';
import type { KeyCodec } from '../bytes/key-codec.js';
import type { KeptValues } from '../bytes/kept-values.js';

/** By the text of keys, so that others are passed over before anything is decoded. */
type Wanted = (text: string) => boolean;

export class ChangeWatch {
  /** Null while nobody listens: all that a put then does is to look. */
  listeners: Map<ChangeListener, Wanted> | null = null;

  constructor(
    private readonly keys: KeyCodec,
    private readonly kept: KeptValues,
    private readonly context: RecordContext,
  ) {}

  add(keys: WatchedKeys, listener: ChangeListener): () => void {
    const listeners = (this.listeners ??= new Map<ChangeListener, Wanted>());
    listeners.set(listener, this.wanted(keys));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.listeners = null;
    };
  }

  /** @param held as stores keep values; null: it is gone */
  tell(text: string, held: unknown, timestamp: number, start: number, end: number): void {
    for (const [listener, wanted] of this.listeners ?? []) {
      if (!wanted(text)) continue;
      const { topic, partition, offset } = this.context;
      const value = held === null ? null : this.kept.codec.give(held);
      listener({ key: this.keys.key(text), value, timestamp, start, end, topic, partition, offset });
    }
  }

  private wanted(keys: WatchedKeys): Wanted {
    if ('key' in keys) {
      const text = this.keys.text(keys.key);
      return (one) => one === text;
    }
    const bound = (key: unknown): string | null => (key === null ? null : this.keys.byteText(this.keys.text(key)));
    const [from, to] = [bound(keys.from), bound(keys.to)];
    if (from === null && to === null) return () => true;
    return (one) => {
      const text = this.keys.byteText(one);
      return (from === null || text >= from) && (to === null || text <= to);
    };
  }
}
