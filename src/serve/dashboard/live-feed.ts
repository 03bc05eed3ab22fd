/** Tells those who look at the dashboard once a second how the instance is; computes nothing while nobody does. */
import type { Activity } from '../../observe/activity.js';
import type { ServedApplication } from '../served.js';
import { health } from '../health.js';
import { SAMPLE_MS, type LastHour } from './last-hour.js';
import type { LiveData, Moment } from './live-data.js';

const PERIOD_MS = 1_000;
/** Pages that may look at the same time. */
const MOST_WATCHERS = 32;

type Controller = ReadableStreamDefaultController<Uint8Array>;

interface Watcher {
  readonly controller: Controller;
  /** What it was told last: an occurrence's id, and a sample's time. */
  occurrence: number;
  sample: number;
}

export class LiveFeed {
  private readonly waiting = new Set<Watcher>();
  private readonly encoder = new TextEncoder();
  private watchers = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly streams: ServedApplication,
    private readonly hour: LastHour,
    private readonly now: () => number = Date.now,
  ) {}

  /** All at once. */
  data(): LiveData {
    const { subTopologies } = this.streams.topology.describe();
    const activity = this.streams.activity();
    const moment = this.moment(activity);
    const { applicationId } = moment.metrics;
    return {
      introduction: { applicationId, subTopologies, sampleMs: SAMPLE_MS },
      moment,
      news: { occurrences: activity.occurrences, samples: this.hour.since(0) },
    };
  }

  /** A stream of server-sent events, or null when too many look already. Who does not read is not written to. */
  watch(): ReadableStream<Uint8Array> | null {
    if (this.watchers >= MOST_WATCHERS) return null;
    let watcher: Watcher | null = null;
    return new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          if (watcher !== null) {
            this.wait(watcher);
            return;
          }
          this.watchers += 1;
          watcher = { controller, occurrence: 0, sample: 0 };
          this.tell(watcher, this.data());
        },
        cancel: () => {
          if (watcher === null) return;
          this.watchers -= 1;
          this.waiting.delete(watcher);
          if (this.waiting.size === 0) this.rest();
        },
      },
      // Asked for only once somebody reads: the answer to a HEAD request is never read.
      { highWaterMark: 0 },
    );
  }

  /** Whoever looks is told the last: why the application ended. */
  close(): void {
    this.rest();
    const told = [...this.waiting];
    if (told.length > 0) this.tellAll();
    for (const { controller } of told) controller.close();
  }

  private wait(watcher: Watcher): void {
    this.waiting.add(watcher);
    if (this.timer !== null) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.tellAll();
    }, PERIOD_MS);
    this.timer.unref();
  }

  private rest(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private tellAll(): void {
    const activity = this.streams.activity();
    const moment = this.moment(activity);
    const told = [...this.waiting];
    this.waiting.clear();
    for (const watcher of told) {
      const news = activity.occurrences.filter(({ id }) => id > watcher.occurrence);
      this.tell(watcher, { moment, news: { occurrences: news, samples: this.hour.since(watcher.sample) } });
    }
  }

  private tell(watcher: Watcher, data: LiveData): void {
    const { occurrences, samples } = data.news;
    watcher.occurrence = occurrences.at(-1)?.id ?? watcher.occurrence;
    watcher.sample = samples.at(-1)?.at ?? watcher.sample;
    watcher.controller.enqueue(this.encoder.encode(`data: ${JSON.stringify(data)}\n\n`));
  }

  /** What is measured is read once, for its health too. */
  private moment({ nodes, inputs, opening }: Activity): Moment {
    const { streams } = this;
    const { state, isPaused } = streams;
    const metrics = streams.metrics();
    return {
      at: this.now(),
      health: health({ state, isPaused, metrics: () => metrics }),
      paused: isPaused,
      metrics,
      flow: { nodes, inputs, opening },
      instances: streams.metadata(),
    };
  }
}
