/** Beside the commands: what the server of a running application answers about its stores, wherever they are. */
import { MillraceError } from '../../errors/error.js';
import { reasonOf } from '../../errors/shown-value.js';
import type { StoredKeyFormat } from './key-text.js';
import type { ShownRow } from './shown-rows.js';

export interface ServedStore {
  readonly name: string;
  readonly kind: string;
  readonly format: string;
  readonly global: boolean;
}

/** What of a store is asked for; what is left out has no bound. */
export interface ServedRange {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly prefix?: string | undefined;
  /** Ms, of windows, sessions and versions. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly keyFormat?: StoredKeyFormat | undefined;
  /** The only one to be asked. */
  readonly partition?: number | undefined;
}

/** What the server gives at a time, at most. */
const MOST_ROWS = 1_000;
const LONGEST_WAIT_MS = 40_000;
/** Keys that cannot be a part of an address as they are: it would be another address. */
const NO_PART: ReadonlySet<string> = new Set(['', '.', '..']);

export class ServerAccess {
  constructor(
    private readonly url: string,
    private readonly token: string | undefined,
  ) {}

  async stores(): Promise<readonly ServedStore[]> {
    return (await this.get<{ stores: readonly ServedStore[] }>('/stores', {})).stores;
  }

  /** @throws MillraceError STORE_UNAVAILABLE */
  async store(name: string): Promise<ServedStore> {
    const all = await this.stores();
    const found = all.find((one) => one.name === name);
    if (found !== undefined) return found;
    const has = all.length === 0 ? 'no stores' : all.map((one) => one.name).join(', ');
    throw new MillraceError('STORE_UNAVAILABLE', `store ${name} is not in the application, which has ${has}`, {
      store: name,
    });
  }

  /** The row of a key, or its windows, sessions or versions. */
  async key({ name, kind }: ServedStore, key: string, asked: ServedRange): Promise<readonly ShownRow[]> {
    const asText = asked.keyFormat === undefined || asked.keyFormat === 'text';
    const [told, range] =
      asText && NO_PART.has(key) ? [JSON.stringify(key), { ...asked, keyFormat: 'json' as const }] : [key, asked];
    const path = `/stores/${encodeURIComponent(name)}/${partOf(name, kind)}/${encodeURIComponent(told)}`;
    const { since: from, until: to } = range;
    const format = formatOf(range);
    if (kind === 'keyValue') {
      const { row } = await this.get<{ row: ShownRow | null }>(path, format);
      return row === null ? [] : [row];
    }
    return (await this.get<{ rows: readonly ShownRow[] }>(path, { from, to, ...format })).rows;
  }

  /** @throws MillraceError CONFIG_INVALID for what the server does not walk over */
  async rows(store: ServedStore, range: ServedRange, limit: number): Promise<{ rows: ShownRow[]; more: boolean }> {
    const { name, kind } = store;
    if (kind === 'versioned') throw invalid(name, 'keeps versions: ask for those of one key by millrace state get');
    const byTime = kind !== 'keyValue';
    const { from, to, prefix, since, until, partition } = range;
    if (byTime && (from !== undefined || to !== undefined || prefix !== undefined)) {
      throw invalid(name, 'is walked by time: --since and --until, or millrace state get for one key');
    }
    const asked = byTime ? { from: since, to: until, partition } : { from, to, prefix, ...formatOf(range) };
    const rows: ShownRow[] = [];
    let after: string | undefined;
    for (;;) {
      const page = await this.get<{ rows: readonly ShownRow[]; next: string | null }>(
        `/stores/${encodeURIComponent(name)}/${partOf(name, kind)}`,
        { ...asked, limit: Math.min(MOST_ROWS, limit - rows.length), after },
      );
      rows.push(...page.rows);
      if (page.next === null) return { rows, more: false };
      if (rows.length >= limit) return { rows, more: true };
      after = page.next;
    }
  }

  private async get<T>(path: string, asked: Readonly<Record<string, string | number | undefined>>): Promise<T> {
    const said = new URLSearchParams();
    for (const [name, value] of Object.entries(asked)) if (value !== undefined) said.set(name, String(value));
    const address = `${this.url.replace(/\/+$/, '')}${path}?${said.toString()}`;
    let response: Response;
    try {
      response = await fetch(address, {
        headers: this.token === undefined ? {} : { authorization: `Bearer ${this.token}` },
        signal: AbortSignal.timeout(LONGEST_WAIT_MS),
        redirect: 'error',
      });
    } catch (cause) {
      const why = cause instanceof Error && cause.cause !== undefined ? reasonOf(cause.cause) : reasonOf(cause);
      throw new MillraceError('QUERY_FAILED', `no server answers at ${this.url}: ${why}; see the option server`, {
        cause,
      });
    }
    const answer = (await response.json().catch(() => ({}))) as { readonly error?: string };
    if (response.ok) return answer as T;
    if (response.status === 401) {
      throw new MillraceError('QUERY_FAILED', `the server at ${this.url} wants its token: --token, or MILLRACE_TOKEN`);
    }
    const why = answer.error ?? `status ${String(response.status)}`;
    throw new MillraceError('QUERY_FAILED', `the server at ${this.url} did not give it: ${why}`);
  }
}

const PARTS: Readonly<Record<string, string>> = {
  keyValue: 'keys',
  window: 'windows',
  session: 'sessions',
  versioned: 'versions',
};

function partOf(name: string, kind: string): string {
  const part = PARTS[kind];
  if (part !== undefined) return part;
  throw invalid(name, 'keeps what an operator needs for itself, no rows to be read');
}

/** The server reads numbers from their digits, as its serde wants them. */
function formatOf({ keyFormat, partition }: ServedRange): Readonly<Record<string, string | number | undefined>> {
  return keyFormat === 'json' || keyFormat === 'base64' ? { keyFormat, partition } : { partition };
}

function invalid(store: string, what: string): MillraceError {
  return new MillraceError('CONFIG_INVALID', `store ${store} ${what}`, { store });
}
