/** The Transport over kafkajs: one role's connections to the brokers, with metadata and coordinator look-ups of our own. */
import type { KafkaConfig } from 'kafkajs';
import { BrokerError } from '../../errors/broker-error.js';
import { shownValue } from '../../errors/shown-value.js';
import type { Logger } from '../../observe/logger.js';
import type { Transport, WireRequest } from '../transport.js';
import { BackOff, pause } from '../wire/back-off.js';
import { KafkaCode } from '../wire/error-codes.js';
import { findCoordinatorRequest, readCoordinator } from '../wire/find-coordinator.js';
import { metadataRequest, readMetadata, type BrokerAddress, type Metadata } from '../wire/metadata.js';
import { AnswerMemory } from './answer-memory.js';
import type { BrokerHealth } from './broker-health.js';
import { BrokerLink } from './broker-link.js';
import type { LinkSettings } from './link-session.js';

/** Milliseconds for which a missing coordinator is waited for before the caller hears of it, who may ask again. */
const LOOK_UP_LIMIT = 10_000;
/** Milliseconds for which a cluster that names no brokers is asked again, and between two times. */
const EMPTY_LIMIT = 2_000;
const EMPTY_PAUSE = 100;

/** What asking the configured addresses came to: `empty` when the last that answered named no brokers. */
type Contact = 'connected' | 'empty' | 'unreachable';

export interface TransportSettings extends LinkSettings {
  readonly brokers: KafkaConfig['brokers'];
  readonly logger: Logger;
  /** Shared by all transports of an instance. */
  readonly health: BrokerHealth;
}

export class KafkajsTransport implements Transport {
  private readonly settings: TransportSettings;
  private readonly links: Map<number, BrokerLink>;
  private readonly leaders: Map<string, readonly number[]>;
  /** Topics that callers asked for and that exist; asked for again at each refresh. */
  private readonly wanted: Set<string>;
  private readonly closing: AbortController;
  private readonly answers: AnswerMemory;
  private addresses: Map<number, BrokerAddress>;
  /** Connections to configured addresses, while nobody knows which brokers these are; of several callers at once. */
  private readonly nameless: Set<BrokerLink>;
  private connecting: Promise<void> | null;
  private refreshing: Promise<void> | null;
  private nextRefresh: Promise<void> | null;

  constructor(settings: TransportSettings) {
    this.settings = settings;
    this.links = new Map();
    this.leaders = new Map();
    this.wanted = new Set();
    this.closing = new AbortController();
    this.answers = new AnswerMemory();
    this.addresses = new Map();
    this.nameless = new Set();
    this.connecting = null;
    this.refreshing = null;
    this.nextRefresh = null;
  }

  async connect(): Promise<void> {
    this.refuseWhenClosed();
    if (this.addresses.size > 0) return;
    this.connecting ??= this.bootstrap().finally(() => {
      this.connecting = null;
    });
    await this.connecting;
  }

  async request(node: number, request: WireRequest): Promise<Buffer> {
    // A coordinator may be named by another transport's look-up, before this one has met that broker.
    if (!this.addresses.has(node)) await this.connect();
    if (!this.addresses.has(node)) await this.refresh([]);
    this.refuseWhenClosed();
    return this.link(node).send(request);
  }

  reuse(answer: Buffer): void {
    this.answers.giveBack(answer);
  }

  leaderOf(topic: string, partition: number): number {
    return this.leaders.get(topic)?.[partition] ?? -1;
  }

  partitionCount(topic: string): number {
    return this.leaders.get(topic)?.length ?? 0;
  }

  async refresh(topics: readonly string[]): Promise<void> {
    for (const topic of topics) this.wanted.add(topic);
    // An answer on its way may be older than the caller's reason to ask: those who come meanwhile share the next one.
    if (this.refreshing === null) {
      this.refreshing = this.fetchMetadata().finally(() => {
        this.refreshing = null;
      });
      return this.refreshing;
    }
    this.nextRefresh ??= this.refreshing
      .catch(() => undefined)
      .then(() => {
        this.nextRefresh = null;
        return this.refresh([]);
      });
    return this.nextRefresh;
  }

  async coordinatorOf(key: string, type: 'group' | 'transaction'): Promise<number> {
    const backOff = new BackOff();
    const giveUp = performance.now() + LOOK_UP_LIMIT;
    for (;;) {
      try {
        const body = await this.request(await this.anyNode(), findCoordinatorRequest(key, type));
        const { node, host, port } = readCoordinator(body, key, type);
        this.addresses.set(node, { host, port });
        return node;
      } catch (error) {
        if (!this.mayPass(error) || performance.now() > giveUp) throw error;
        this.settings.logger.debug(`no coordinator of ${type} ${key} yet`, { reason: (error as Error).message });
      }
      await pause(backOff.next(), this.closing.signal);
    }
  }

  async anyNode(): Promise<number> {
    await this.connect();
    const nodes = answeringFirst(shuffled([...this.addresses.keys()]), (node) => this.link(node).lost);
    const open = nodes.find((node) => this.link(node).open && !this.link(node).lost);
    if (open !== undefined) return open;
    const failures: string[] = [];
    for (const node of nodes) {
      try {
        await this.link(node).ready();
        return node;
      } catch (error) {
        if (!this.mayPass(error)) throw error;
        failures.push((error as Error).message);
      }
    }
    // The whole cluster may have moved: the addresses of the configuration are the last resort.
    await this.bootstrap(failures);
    const [node] = this.addresses.keys();
    if (node === undefined) throw this.unreachable(failures);
    return node;
  }

  close(): Promise<void> {
    this.closing.abort();
    for (const link of [...this.links.values(), ...this.nameless]) link.close('this client is closing');
    this.links.clear();
    return Promise.resolve();
  }

  /**
   * Asks the configured addresses in turn, until one answers. A broker that has just started, or was stopped for a while, may
   * not have been let into its cluster yet: that is given a moment.
   */
  private async bootstrap(failures: string[] = []): Promise<void> {
    const giveUp = performance.now() + EMPTY_LIMIT;
    for (;;) {
      const contact = await this.askConfigured(failures);
      if (contact === 'connected') return;
      if (contact === 'unreachable' || performance.now() > giveUp) throw this.unreachable(failures);
      await pause(EMPTY_PAUSE, this.closing.signal);
    }
  }

  /** Why an address was of no use is added to the failures. */
  private async askConfigured(failures: string[]): Promise<Contact> {
    let contact: Contact = 'unreachable';
    for (const address of await this.bootstrapAddresses()) {
      this.refuseWhenClosed();
      const link = this.linkTo(address);
      this.nameless.add(link);
      try {
        const metadata = readMetadata(await link.send(metadataRequest([...this.wanted])));
        // It may have been answered in the moment in which this was closed.
        this.refuseWhenClosed();
        if (metadata.brokers.size > 0) {
          this.apply(metadata);
          this.adopt(link);
          return 'connected';
        }
        contact = 'empty';
        link.close('another address is tried');
        failures.push(`broker ${address.host}:${String(address.port)} answers, but its cluster has no brokers yet`);
      } catch (error) {
        contact = 'unreachable';
        link.close('another address is tried');
        if (!this.mayPass(error)) throw error;
        failures.push((error as Error).message);
      } finally {
        this.nameless.delete(link);
      }
    }
    return contact;
  }

  private async bootstrapAddresses(): Promise<BrokerAddress[]> {
    const { brokers } = this.settings;
    const list = typeof brokers === 'function' ? await brokers() : brokers;
    return answeringFirst(shuffled(list.map(parseAddress)), (address) => this.settings.health.of(address).lost);
  }

  /** Keeps the connection made by address if a broker of the cluster advertises that address. */
  private adopt(link: BrokerLink): void {
    for (const [node, { host, port }] of this.addresses) {
      if (host !== link.address.host || port !== link.address.port) continue;
      const known = this.links.get(node);
      if (known?.open === true) continue;
      // One that is being connected meanwhile: nobody would close it any more.
      known?.close('a connection to that broker stands already');
      this.links.set(node, link);
      return;
    }
    link.close('the cluster advertises other addresses');
  }

  private async fetchMetadata(): Promise<void> {
    const backOff = new BackOff();
    const giveUp = performance.now() + this.settings.requestTimeoutMs;
    for (;;) {
      try {
        this.apply(readMetadata(await this.request(await this.anyNode(), metadataRequest([...this.wanted]))));
        return;
      } catch (error) {
        if (!this.mayPass(error) || performance.now() > giveUp) throw error;
      }
      await pause(backOff.next(), this.closing.signal);
    }
  }

  private apply(metadata: Metadata): void {
    if (metadata.brokers.size > 0) {
      for (const [node, { host, port }] of metadata.brokers) {
        const link = this.links.get(node);
        if (link !== undefined && (link.address.host !== host || link.address.port !== port)) {
          link.close('the broker has another address now');
          this.links.delete(node);
        }
      }
      this.addresses = new Map(metadata.brokers);
    }
    for (const { topic, errorCode, leaders } of metadata.topics) {
      if (errorCode === 0 || errorCode === KafkaCode.LEADER_NOT_AVAILABLE) {
        this.leaders.set(topic, leaders);
        continue;
      }
      // A topic that is gone or forbidden is forgotten, so that it is not asked for at every refresh from now on.
      this.leaders.delete(topic);
      this.wanted.delete(topic);
      if (errorCode !== KafkaCode.UNKNOWN_TOPIC_OR_PARTITION) {
        this.settings.logger.warn(`the broker does not describe topic ${topic}`, { kafkaCode: errorCode });
      }
    }
  }

  private link(node: number): BrokerLink {
    const known = this.links.get(node);
    if (known !== undefined) return known;
    const address = this.addresses.get(node);
    if (address === undefined) {
      throw new BrokerError(
        'retriable',
        `broker ${String(node)} is not in the metadata of the cluster; ask for it anew`,
      );
    }
    const link = this.linkTo(address);
    this.links.set(node, link);
    return link;
  }

  private linkTo(address: BrokerAddress): BrokerLink {
    return new BrokerLink(address, this.settings, this.settings.health.of(address), this.answers);
  }

  private mayPass(error: unknown): boolean {
    return error instanceof BrokerError && error.class === 'retriable' && !this.closing.signal.aborted;
  }

  private unreachable(failures: readonly string[]): BrokerError {
    const hint = 'Check the addresses in kafka.brokers, that Kafka is running, and whether the port wants TLS or SASL.';
    const detail = failures.length === 0 ? 'kafka.brokers is empty' : failures.join('; ');
    return new BrokerError('retriable', `no broker can be reached: ${detail}. ${hint}`, { code: 'BROKER_UNREACHABLE' });
  }

  private refuseWhenClosed(): void {
    if (this.closing.signal.aborted)
      throw new BrokerError('fatal', 'this connection to Kafka has been closed; open another one');
  }
}

/** @throws BrokerError BROKER_UNREACHABLE for what is no `host:port` */
function parseAddress(text: string): BrokerAddress {
  const match = /^\[?(?<host>[^[\]]+?)\]?:(?<port>\d{1,5})$/.exec(text.trim());
  if (match?.groups === undefined) {
    throw new BrokerError('fatal', `${shownValue(text)} is no broker address; write kafka.brokers as ["host:port"]`, {
      code: 'BROKER_UNREACHABLE',
    });
  }
  return { host: match.groups.host ?? '', port: Number(match.groups.port) };
}

/** Spreads the clients of a cluster over its brokers. */
function shuffled<T>(items: T[]): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [items[i], items[j]] = [items[j] as T, items[i] as T];
  }
  return items;
}

/** A broker that was lost of late costs seconds to be asked in vain. */
function answeringFirst<T>(items: readonly T[], lost: (item: T) => boolean): T[] {
  return [...items.filter((item) => !lost(item)), ...items.filter(lost)];
}
