/** Brings the changes of a store from the other instances that have parts of it into the feed of who follows them here. */
import type { ChangeEvent, ChangeFeed } from './change-feed.js';
import { bytesOf } from './store-bytes.js';
import { changesPath, messagesIn, receivedChange, type StreamMessage } from './sent-changes.js';
import type { StoreToAsk } from './store-to-ask.js';

/** How often is looked who has the tasks, and whether each of their instances is followed, ms. */
const LOOK_MS = 250;
/** An instance that could not be followed is asked again after this time, and after twice as long each time, ms. */
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
/** A connection through which nothing comes is dead: instances show every 15 s that they live, ms. */
const SILENT_MS = 45_000;
/** Longer addresses are refused: what they say goes into the body of a request then. */
const LONGEST_ADDRESS = 2_048;
/** Which keys are followed. */
export type FollowedKeys = { readonly key: unknown } | { readonly from: unknown; readonly to: unknown };

interface RoutedParts {
  readonly store: string;
  readonly keys: FollowedKeys;
  /** @throws QueryError while it is not known */
  readonly storeToAsk: (name: string) => StoreToAsk;
  /** Of the instances that run these tasks, those that are others and can be asked. */
  readonly hostsOf: (tasks: readonly (string | null)[]) => ReadonlySet<string>;
  /** @throws what kept the instance from being followed */
  readonly open: (host: string, asked: AskedChanges, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;
}

/** What another instance is asked to tell. */
export interface AskedChanges {
  readonly path: string;
  /** JSON; null: the path says it all. */
  readonly body: string | null;
}

interface Followed {
  readonly cancel: AbortController;
  partitions: readonly number[];
}

export class RoutedChanges {
  private feed: ChangeFeed<unknown, unknown> | null = null;
  private here: readonly number[] = [];
  private readonly byHost = new Map<string, Followed>();
  /** When an instance may be asked again that could not be followed, and how long that was waited for. */
  private readonly refused = new Map<string, { readonly at: number; readonly waited: number }>();
  private timer: NodeJS.Timeout | null = null;
  private asked: AskedChanges | null = null;
  private tasksOf: ((store: StoreToAsk) => readonly (string | null)[]) | null = null;

  constructor(private readonly parts: RoutedParts) {}

  begin(feed: ChangeFeed<unknown, unknown>): void {
    this.feed = feed;
    feed.whenClosed(() => {
      if (this.timer !== null) clearTimeout(this.timer);
      for (const { cancel } of this.byHost.values()) cancel.abort();
    });
    this.lookOn();
  }

  /** All partitions that are followed, with these of this instance. */
  with(here: readonly number[]): readonly number[] {
    this.here = here;
    return this.all;
  }

  private get all(): readonly number[] {
    const others = [...this.byHost.values()].flatMap(({ partitions }) => partitions);
    return [...new Set([...this.here, ...others])].sort((a, b) => a - b);
  }

  private lookOn(): void {
    this.look()
      // Before the tasks are known there is nobody to be followed.
      .catch(() => undefined)
      .finally(() => {
        if (this.feed?.isClosed !== false) return;
        this.timer = setTimeout(() => {
          this.lookOn();
        }, LOOK_MS);
        this.timer.unref();
      });
  }

  private async look(): Promise<void> {
    const store = this.parts.storeToAsk(this.parts.store);
    if (store.whole) return;
    this.asked ??= await this.prepared(store);
    const wanted = this.parts.hostsOf(this.tasksOf?.(store) ?? store.tasks);
    for (const [host, { cancel }] of this.byHost) if (!wanted.has(host)) cancel.abort();
    const now = performance.now();
    for (const host of wanted) {
      if (this.byHost.has(host) || (this.refused.get(host)?.at ?? 0) > now || this.feed?.isClosed !== false) continue;
      void this.follow(host, this.asked, store);
    }
  }

  private async prepared(store: StoreToAsk): Promise<AskedChanges> {
    const { keys } = this.parts;
    const said: Record<string, string> = { as: 'bytes', hereOnly: 'true', keyFormat: 'base64' };
    for (const [name, key] of Object.entries(keys)) {
      if (key === null || key === undefined) continue;
      said[name] = (await bytesOf(store, key)).toString('base64url');
    }
    if ('key' in keys) {
      const bytes = await bytesOf(store, keys.key);
      this.tasksOf = (known) => [known.taskOf(bytes)];
    }
    const path = changesPath(encodeURIComponent(store.name));
    const address = `${path}?${new URLSearchParams(said).toString()}`;
    return address.length > LONGEST_ADDRESS ? { path, body: JSON.stringify(said) } : { path: address, body: null };
  }

  /** Never rejects: that an instance cannot be followed is told by the partitions that are, and tried again. */
  private async follow(host: string, asked: AskedChanges, store: StoreToAsk): Promise<void> {
    const followed: Followed = { cancel: new AbortController(), partitions: [] };
    this.byHost.set(host, followed);
    const silent = setTimeout(() => {
      followed.cancel.abort();
    }, SILENT_MS);
    silent.unref();
    try {
      const body = await this.parts.open(host, asked, followed.cancel.signal);
      for await (const message of messagesIn(body, () => silent.refresh())) {
        const event = await this.received(store, message);
        if (event?.type === 'partitions') {
          this.refused.delete(host);
          followed.partitions = event.partitions;
          this.tell();
        } else if (event !== null) this.feed?.add(event);
      }
    } catch {
      // An instance that ends, or is ended by the rebalance that takes its tasks away: others are looked for.
    }
    clearTimeout(silent);
    this.byHost.delete(host);
    const waited = Math.min(LONGEST_WAIT_MS, 2 * (this.refused.get(host)?.waited ?? FIRST_WAIT_MS / 2));
    if (!followed.cancel.signal.aborted) this.refused.set(host, { at: performance.now() + waited, waited });
    if (followed.partitions.length > 0) this.tell();
  }

  /** One that this instance cannot read is one that is left out. */
  private async received(store: StoreToAsk, message: StreamMessage): Promise<ChangeEvent<unknown, unknown> | null> {
    try {
      return await receivedChange(store, message);
    } catch {
      return { type: 'behind', missed: 1 };
    }
  }

  private tell(): void {
    this.feed?.add({ type: 'partitions', partitions: this.all });
  }
}
