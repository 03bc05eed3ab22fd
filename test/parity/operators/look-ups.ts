/** Processors that only read the store of an aggregation over windows or sessions. */
import type { FixedKeyProcessorContext } from '../../../src/processor/api/processor-context.js';
import type { FixedKeyProcessor } from '../../../src/processor/api/processor.js';
import type { FixedKeyRecord } from '../../../src/processor/api/record.js';
import type { KStream } from '../../../src/dsl/stream.js';
import { Windowed } from '../../../src/record/windowed.js';
import type { SessionStore } from '../../../src/store/session-store.js';
import type { TimestampedWindowStore } from '../../../src/store/window-store.js';
import { ms } from '../build-site.js';
import { text } from '../functions.js';
import type { ParityOperator } from './operator.js';

interface Settings {
  readonly store: string;
  readonly sessions: boolean;
  readonly back: number;
  /** Else each window is asked for on its own. */
  readonly ranges: boolean;
}

/** Drawn with the tables that it reads; see `final-tables.ts`. */
export const lookUp: ParityOperator = {
  op: 'lookUp',
  weight: 0,
  draw: () => null,
  build(step, site) {
    const { store, sessions, ranges } = step as unknown as Settings;
    const settings = { store, sessions, ranges, back: ms(step, 'back') };
    const stream = site.input<KStream<unknown, unknown>>(step);
    site.keep(
      step,
      stream.processValues(() => new LookUp(settings), { stores: [store] }),
    );
  },
  features: (step) => [step['sessions'] === true ? 'of sessions' : 'of windows'],
};

/** Sends on what there is of the record's key around its time, and what the store has in all. */
class LookUp implements FixedKeyProcessor<unknown, unknown, string> {
  private context!: FixedKeyProcessorContext<unknown, string>;
  private read!: (key: string, time: number) => string[];

  constructor(private readonly settings: Settings) {}

  init(context: FixedKeyProcessorContext<unknown, string>): void {
    this.context = context;
    const { store, sessions } = this.settings;
    if (sessions) {
      const kept = context.getStateStore<SessionStore<string, string>>(store);
      this.read = (key, time) => this.readSessions(kept, key, time);
    } else {
      const kept = context.getStateStore<TimestampedWindowStore<string, string>>(store);
      this.read = (key, time) => this.readWindows(kept, key, time);
    }
  }

  process(record: FixedKeyRecord<unknown, unknown>): void {
    const key = record.key instanceof Windowed ? (record.key.key as unknown) : record.key;
    this.context.forward(record.withValue(key === null ? '' : this.read(text(key), record.timestamp).join(' ')));
  }

  private readWindows(store: TimestampedWindowStore<string, string>, key: string, time: number): string[] {
    const { back, ranges } = this.settings;
    const from = Math.max(0, time - back);
    if (!ranges) {
      const starts = [...store.all()].map(([{ window }]) => window.start).sort((left, right) => left - right);
      return [from, ...starts].map((start) => `${String(start)}=${text(store.fetch(key, start)?.value ?? null)}`);
    }
    const found = store.fetchRange(key, from, time + back);
    return [
      ...found.map(({ start, value }) => `${String(start)}=${value}`),
      '|',
      ...found.map(({ start }) => text(store.fetch(key, start)?.value ?? null)),
      text(store.fetch(key, from)?.value ?? null),
      '|',
      ...[...store.all()].map(([windowed]) => `${windowed.key}@${String(windowed.window.start)}`).sort(),
      '|',
      ...[...store.fetchAll(Math.max(0, time - 2 * back), time)].map(([{ window }]) => String(window.start)).sort(),
    ];
  }

  private readSessions(store: SessionStore<string, string>, key: string, time: number): string[] {
    const { back } = this.settings;
    const found = store.findSessions(key, Math.max(0, time - back), time + back);
    return [
      ...found.map(({ start, end, value }) => `${String(start)}/${String(end)}=${value}`),
      '|',
      ...found.map(({ start, end }) => text(store.fetchSession(key, start, end))),
      '|',
      ...store.fetch(key).map(({ start, end }) => `${String(start)}/${String(end)}`),
    ];
  }
}
