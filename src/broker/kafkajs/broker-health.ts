/** Beside a record's way: what all connections of an instance know together about each broker: whether it answers, and since when. */
import type { Logger } from '../../observe/logger.js';
import type { BrokerStatus } from '../port.js';
import type { BrokerAddress } from '../wire/metadata.js';

/** Milliseconds between two lines about a broker that stays lost. */
const LINE_PERIOD_MS = 60_000;
/** How many times in such a period it may be told that a broker is lost again; then it comes and goes, and is counted. */
const MOST_LOSSES_TOLD = 3;
/** Silences in a row after which a broker is given more time: it may be slow, not dead. */
const PATIENT_AFTER = 6;
/** An answer that takes as long, ms, makes a broker slow. */
const SLOW_MS = 1_000;
/** What a slow broker is given at most, ms, before there were silences in a row. */
const MOST_PATIENCE_MS = 10_000;

/** Is told that a broker is lost, with the reason, or answers again, wherever a line is written of it. */
export type BrokerNews = (text: string) => void;

/** One life of a connection, as far as its broker's health is concerned. */
export interface WatchedSession {
  /** When the broker last gave a sign on any socket of it, by `performance.now()`. */
  readonly heardAt: number;
  readonly openedAt: number;
  /** Ends it, and what is open on it fails with the error. */
  drop(error: Error): void;
}

/** What is known of one broker address. */
export class BrokerRecord {
  readonly sessions = new Set<WatchedSession>();
  private state: BrokerStatus['state'] = 'untried';
  private since = 0;
  /** Failures and silences since it last answered. Many connections that fail together are one. */
  private attempts = 0;
  private silences = 0;
  private lastFailure = -Infinity;
  /** The slowest answer of late, ms. */
  private slowest = 0;
  private toldLost = false;
  private lastLine = -Infinity;
  private periodBegan = -Infinity;
  private lossesTold = 0;
  private leftOut = 0;

  constructor(
    readonly name: string,
    private readonly logger: Logger,
    private readonly news: BrokerNews,
  ) {}

  /** It gave no answer when it was last asked: others are asked first. */
  get lost(): boolean {
    return this.state === 'lost';
  }

  get status(): BrokerStatus {
    return {
      address: this.name,
      state: this.state,
      forMs: this.state === 'untried' ? 0 : Math.round(performance.now() - this.since),
    };
  }

  /** Stretches a limit for a broker that is slow for certain, or may be after several failures. */
  patience(limitMs: number): number {
    const doublings = Math.max(0, this.silences - PATIENT_AFTER + 1);
    const slow = this.slowest < SLOW_MS ? 0 : Math.min(3 * this.slowest, MOST_PATIENCE_MS);
    return Math.max(limitMs, slow) * 2 ** Math.min(doublings, 2);
  }

  /** @param tookMs from the request to its answer, for those that a broker answers at once */
  answered(tookMs: number): void {
    this.slowest = Math.max(tookMs, this.slowest * 0.9);
    this.silences = 0;
    if (this.state === 'answering') return;
    const now = performance.now();
    if (this.toldLost) {
      this.logger.info(`broker ${this.name} answers again`, {
        afterSeconds: Math.round((now - this.since) / 100) / 10,
        attempts: this.attempts,
      });
      this.news(`broker ${this.name} answers again`);
      this.toldLost = false;
    }
    this.state = 'answering';
    this.since = now;
    this.attempts = 0;
  }

  /**
   * A connection could not be made, or was lost with requests open.
   * @param begun when that was tried, by `performance.now()`
   */
  failed(error: Error, begun: number): void {
    const now = performance.now();
    if (this.state === 'lost' && begun < this.lastFailure) return;
    this.lastFailure = now;
    this.attempts += 1;
    if (this.state !== 'lost') this.since = now;
    this.state = 'lost';
    if (now - this.periodBegan >= LINE_PERIOD_MS) {
      this.periodBegan = now;
      this.lossesTold = 0;
    }
    if (this.toldLost ? now - this.lastLine < LINE_PERIOD_MS : this.lossesTold >= MOST_LOSSES_TOLD) {
      this.leftOut += 1;
      return;
    }
    const left = this.leftOut === 0 ? {} : { failuresLeftOut: this.leftOut };
    const facts = { reason: error.message, ...left };
    if (this.toldLost) {
      const lostForSeconds = Math.round((now - this.since) / 1000);
      this.logger.warn(`broker ${this.name} is still lost`, { ...facts, lostForSeconds, attempts: this.attempts });
    } else {
      this.logger.warn(`broker ${this.name} is lost; it is tried again until it answers`, facts);
      this.news(`broker ${this.name} is lost: ${error.message}`);
    }
    if (!this.toldLost) this.lossesTold += 1;
    this.toldLost = true;
    this.lastLine = now;
    this.leftOut = 0;
  }

  /**
   * A request had no answer for so long. Whatever took its connection away (a firewall that forgot it, a broker that hangs)
   * has taken the others too, unless they have heard from the broker since: those that have not are closed, so that nobody
   * waits on them.
   */
  unanswered(silentSince: number, error: Error): void {
    if (silentSince >= this.lastFailure) this.silences += 1;
    let aliveElsewhere = false;
    for (const session of [...this.sessions]) {
      if (session.heardAt > silentSince) aliveElsewhere = true;
      else if (session.openedAt <= silentSince) session.drop(error);
    }
    if (aliveElsewhere)
      this.logger.debug(`a connection to broker ${this.name} is dead, others are not`, { reason: error.message });
    else this.failed(error, silentSince);
  }
}

/** All addresses that an instance has had to do with; its transports share one. */
export class BrokerHealth {
  private readonly records = new Map<string, BrokerRecord>();

  constructor(
    private readonly logger: Logger,
    private readonly news: BrokerNews = () => undefined,
  ) {}

  of({ host, port }: BrokerAddress): BrokerRecord {
    const name = `${host}:${String(port)}`;
    let record = this.records.get(name);
    if (record === undefined) {
      record = new BrokerRecord(name, this.logger, this.news);
      this.records.set(name, record);
    }
    return record;
  }

  /** Of every address, in the order in which they were first met. */
  get statuses(): readonly BrokerStatus[] {
    return [...this.records.values()].map(({ status }) => status);
  }
}
