/** A key together with the window that it was grouped into. */

/** A stretch of time, in milliseconds since the epoch. `end` is exclusive for time windows, inclusive for sliding and session windows. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/** Key of a windowed table. Kafka Streams: `Windowed`. */
export class Windowed<K> {
  readonly key: K;
  readonly window: Window;

  constructor(key: K, start: number, end: number) {
    this.key = key;
    this.window = { start, end };
  }

  toString(): string {
    return `[${String(this.key)}@${String(this.window.start)}/${String(this.window.end)}]`;
  }
}
