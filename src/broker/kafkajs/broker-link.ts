/** The way to one broker: connects when first needed, sends in call order, and starts afresh after any loss or silence. */
import { BrokerError } from '../../errors/broker-error.js';
import type { BrokerAddress } from '../wire/metadata.js';
import { RequestHeldBack, type WireRequest } from '../transport.js';
import type { AnswerMemory } from './answer-memory.js';
import { answerLimit, LOST_MS, QUICK_MS, READ_MS } from './answer-limits.js';
import type { BrokerRecord } from './broker-health.js';
import { brokerErrorFrom } from './kafkajs-errors.js';
import { LinkSession, type LinkSettings } from './link-session.js';
import { watchSilence } from './silence.js';

/** Milliseconds for which a connection that was heard from needs no trial before a request is parked on it: as from JoinGroup to SyncGroup. */
const FRESH_MS = 50;

/** Every broker answers it at once, in every version that there is. */
const TRIAL: WireRequest = { apiKey: 18, apiVersion: 0, apiName: 'ApiVersions', body: Buffer.alloc(0) };

export class BrokerLink {
  readonly address: BrokerAddress;
  private readonly settings: LinkSettings;
  private readonly health: BrokerRecord;
  private opening: Promise<LinkSession> | null;
  private session: LinkSession | null;
  private connected: boolean;

  /**
   * @param health what is known of the broker at this address, over all links to it
   * @param answers memory for what it sends in answer to Fetch
   */
  constructor(
    address: BrokerAddress,
    settings: LinkSettings,
    health: BrokerRecord,
    private readonly answers: AnswerMemory,
  ) {
    this.address = address;
    this.settings = settings;
    this.health = health;
    this.opening = null;
    this.session = null;
    this.connected = false;
  }

  get open(): boolean {
    return this.connected;
  }

  /** Its broker gave no answer when it was last asked for something, by whomever. */
  get lost(): boolean {
    return this.health.lost;
  }

  /** Connects unless connected. @throws BrokerError */
  async ready(): Promise<void> {
    await this.openSession();
  }

  /** @throws BrokerError `retriable` when the connection could not be made, was lost, or gave no sign of life in time */
  async send(request: WireRequest): Promise<Buffer> {
    const session = await this.openSession();
    this.checkVersion(session, request);
    // The broker may hold it for minutes without a word: a connection that died while idle must be found before.
    if (request.parked === true && performance.now() - session.heardAt > FRESH_MS) await this.exchange(session, TRIAL);
    // Connecting may have taken long.
    if (request.mayLeave?.() === false) throw new RequestHeldBack(request.apiName);
    return this.exchange(session, request);
  }

  /** Closes the connections; what is open is rejected. A later request connects anew. */
  close(reason: string): void {
    if (this.session !== null) {
      this.drop(
        this.session,
        new BrokerError('retriable', `the connection to broker ${this.name} was closed: ${reason}`),
      );
    }
  }

  private get name(): string {
    return this.health.name;
  }

  private async exchange(session: LinkSession, request: WireRequest): Promise<Buffer> {
    const what = `${request.apiName} request`;
    const begun = performance.now();
    const usual = answerLimit(request.apiKey);
    const limit = this.limitOf(request, usual);
    const { signal } = request;
    const given = (): void => {
      const reason = (signal?.reason as Error).message;
      this.drop(
        session,
        new BrokerError('retriable', `${what}: the connection to broker ${this.name} is given up: ${reason}`),
      );
    };
    // The answer may still come and would then be taken for the next request's: only a new connection is safe.
    const heard = watchSilence(limit, () => session.lastSign(request.apiKey), this.silence(session, what, limit));
    signal?.addEventListener('abort', given);
    try {
      if (signal?.aborted === true) given();
      const body = await session.send(request);
      this.health.answered(usual > READ_MS ? 0 : performance.now() - begun);
      return body;
    } catch (error) {
      throw this.failed(session, error, what, begun);
    } finally {
      heard();
      signal?.removeEventListener('abort', given);
    }
  }

  private limitOf({ timeoutMs, parked }: WireRequest, usual: number): number {
    if (timeoutMs === undefined) return Math.min(this.health.patience(usual), this.settings.requestTimeoutMs);
    return parked === true ? timeoutMs : this.health.patience(timeoutMs);
  }

  private openSession(): Promise<LinkSession> {
    this.opening ??= this.connect();
    return this.opening;
  }

  private async connect(): Promise<LinkSession> {
    const session = new LinkSession(this.address, this.settings, this.answers, (error) => {
      this.lose(session, error);
    });
    this.session = session;
    this.health.sessions.add(session);
    const begun = performance.now();
    const heard = this.watchConnecting(session);
    try {
      await session.broker.connect();
      // Of several answers, of which the user's code may have made some later; slow for certain is more than any of them.
      this.health.answered(performance.now() - begun);
    } catch (error) {
      throw this.failed(session, error, 'Connecting', begun);
    } finally {
      heard();
    }
    if (this.session === session) this.connected = true;
    return session;
  }

  /** A socket, the first answer and the credentials have a limit each; the user's code may have to fetch the last from elsewhere. */
  private watchConnecting(session: LinkSession): () => void {
    const { connectionTimeoutMs, authenticationTimeoutMs, requestTimeoutMs } = this.settings;
    const { lost } = this.health;
    const answer = Math.min(this.health.patience(lost ? LOST_MS : QUICK_MS), requestTimeoutMs);
    const socket = lost ? Math.min(answer, connectionTimeoutMs) : connectionTimeoutMs;
    const limit = (): number =>
      !session.connected ? socket : session.broker.versions === null ? answer : authenticationTimeoutMs;
    const begun = performance.now();
    let heard: () => void = () => undefined;
    const watch = (milliseconds: number): void => {
      heard = watchSilence(
        milliseconds,
        () => session.lastSign(TRIAL.apiKey),
        () => {
          // It may have come further meanwhile, to where it has more time.
          const left = limit() - (performance.now() - Math.max(begun, session.lastSign(TRIAL.apiKey)));
          if (left > 1) watch(left);
          else this.silence(session, 'Connecting', limit())();
        },
      );
    };
    watch(Math.min(socket, answer, authenticationTimeoutMs));
    return () => {
      heard();
    };
  }

  private silence(session: LinkSession, what: string, limit: number): () => void {
    return () => {
      const error = new BrokerError(
        'retriable',
        `${what}: broker ${this.name} gave no answer within ${String(Math.round(limit))} ms; the connection is given up`,
      );
      const silentSince = performance.now() - limit;
      this.drop(session, error);
      this.health.unanswered(silentSince, error);
    };
  }

  /** Sockets are going, or another connection has found out that the broker does not answer. */
  private lose(session: LinkSession, error: Error | null): void {
    if (error !== null) {
      this.drop(session, error);
    } else if (this.session === session) {
      const closed = new BrokerError('retriable', `broker ${this.name} closed the connection`);
      // Brokers close what is idle for long; that is no failure.
      if (session.open > 0) this.health.failed(closed, session.openedAt);
      this.drop(session, closed);
    }
  }

  private failed(session: LinkSession, error: unknown, what: string, begun: number): Error {
    const { lost } = session;
    const translated = brokerErrorFrom(error, {
      address: this.name,
      what,
      lost,
      sasl: this.settings.kafka.sasl?.mechanism ?? null,
      offeredMechanisms: session.offeredMechanisms,
    });
    if (!(translated instanceof BrokerError) || translated.class !== 'retriable') {
      if (what === 'Connecting') this.drop(session, translated);
      return translated;
    }
    // Else it was ended from here, for a reason that has been told.
    const ours = this.session === session;
    // No answer of the broker, but of the way to it: that way is not used again.
    this.drop(session, translated);
    if (ours && translated.code !== 'BROKER_AUTHENTICATION') this.health.failed(translated, begun);
    return translated;
  }

  private drop(session: LinkSession, error: Error): void {
    if (this.session === session) {
      this.session = null;
      this.opening = null;
      this.connected = false;
    }
    this.health.sessions.delete(session);
    session.end(error);
  }

  private checkVersion(session: LinkSession, { apiKey, apiVersion, apiName }: WireRequest): void {
    const range = session.broker.versions?.[apiKey];
    if (range !== undefined && apiVersion >= range.minVersion && apiVersion <= range.maxVersion) return;
    const offered =
      range === undefined ? 'not at all' : `in versions ${String(range.minVersion)} to ${String(range.maxVersion)}`;
    throw new BrokerError(
      'fatal',
      `broker ${this.name} offers ${apiName} ${offered}, Millrace needs version ${String(apiVersion)}. Use Apache Kafka 2.5 or newer.`,
      { kafkaCode: 35 },
    );
  }
}
