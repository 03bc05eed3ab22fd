/** The links of an instance to the others: each carries one question at a time, and is used again. */
import type { ClientRequest } from 'node:http';
import type { Post, Reply } from '../../query/transport.js';
import { monotonicNow } from '../../time/monotonic.js';
import { AskedLink } from './asked-link.js';
import { LINK_TYPE } from './lines.js';

/** So long is no link tried again to one that took none, ms: it may be of another version by then. */
const REFUSED_MS = 60_000;

type OpenLink = (host: string, path: string, headers: Post['headers']) => ClientRequest;

export class Links {
  /** By host and path; those that have ended since are passed over. */
  private readonly free = new Map<string, AskedLink[]>();
  private readonly refusedUntil = new Map<string, number>();

  constructor(
    private readonly open: OpenLink,
    private readonly now: () => number = monotonicNow,
  ) {}

  /**
   * @returns null: whoever is there takes no links, and is to be asked by a request of its own
   * @throws what kept it from being asked
   */
  async ask(host: string, path: string, { body, headers, timeoutMs }: Post): Promise<Reply | null> {
    const place = host + path;
    if (this.now() < (this.refusedUntil.get(place) ?? 0)) return null;
    const link =
      this.freeLink(place) ?? new AskedLink(this.open(host, path, { ...headers, 'content-type': LINK_TYPE }));
    try {
      return await link.ask(body, timeoutMs);
    } finally {
      if (link.refused) this.refusedUntil.set(place, this.now() + REFUSED_MS);
      else if (link.isOpen) this.keep(place, link);
    }
  }

  private keep(place: string, link: AskedLink): void {
    const free = this.free.get(place);
    if (free === undefined) this.free.set(place, [link]);
    else free.push(link);
  }

  private freeLink(place: string): AskedLink | null {
    const free = this.free.get(place) ?? [];
    for (let link = free.pop(); link !== undefined; link = free.pop()) if (link.isOpen) return link;
    return null;
  }
}
