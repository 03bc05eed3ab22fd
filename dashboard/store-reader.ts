/** What the page asks about stores: the addresses of `/stores`, and the rows that come back. */

export interface ListedStore {
  readonly name: string;
  readonly kind: string;
  readonly format: string;
  readonly global: boolean;
}

/** A row of any kind of store; what its kind does not have is missing. */
export interface Row {
  readonly key: unknown;
  readonly value: unknown;
  readonly timestamp?: number | null;
  readonly start?: number | null;
  readonly end?: number | null;
  readonly validTo?: number | null;
  readonly headers?: readonly (readonly [string, string | null])[] | null;
  /** Of the history of a key alone: where in the changelog it stands, and what is said in place of a value. */
  readonly offset?: number;
  readonly deleted?: boolean;
  readonly problem?: string | null;
}

/** What of a store is wanted; empty texts are no bounds. Times in ms. */
export interface Wanted {
  readonly key: string;
  readonly prefix: string;
  readonly from: string;
  readonly to: string;
  readonly since: number | null;
  readonly until: number | null;
}

export interface Rows {
  readonly rows: readonly Row[];
  /** What to ask for more with; null: there is no more. */
  readonly next: string | null;
}

/** Kinds of store that have rows of a user's; windows and the like are walked by time. */
export const KINDS = ['keyValue', 'window', 'session', 'versioned'];

const PARTS: Readonly<Record<string, string>> = {
  keyValue: 'keys',
  window: 'windows',
  session: 'sessions',
  versioned: 'versions',
};
/** Rows of a page: as many as a person looks through, and windows for a picture of them. */
const ROWS = { keyValue: '100', others: '500' };

/** Below `/`; null where something must be said first. */
export function addressOf({ name, kind }: ListedStore, wanted: Wanted, after: string | null): string | null {
  const path = `stores/${encodeURIComponent(name)}/${PARTS[kind] ?? ''}`;
  const { key, prefix, from, to, since, until } = wanted;
  const said = new URLSearchParams();
  const say = (what: string, text: string | number | null): void => {
    if (text !== null && text !== '') said.set(what, String(text));
  };
  if (kind !== 'keyValue') {
    say('from', since);
    say('to', until);
    if (kind === 'window' && key === '') say('order', 'descending');
  } else if (key === '' && prefix !== '') say('prefix', prefix);
  else if (key === '') {
    say('from', from);
    say('to', to);
  }
  if (key !== '') return `${path}/${encodeURIComponent(key)}?${said.toString()}`;
  if (kind === 'versioned') return null;
  say('limit', kind === 'keyValue' ? ROWS.keyValue : ROWS.others);
  say('after', after);
  return `${path}?${said.toString()}`;
}

/** What the key was set to before, the newest first; null without a key. */
export function historyAddress({ name }: ListedStore, { key }: Wanted, after: string | null): string | null {
  if (key === '') return null;
  const said = new URLSearchParams({ limit: ROWS.keyValue });
  if (after !== null) said.set('after', after);
  return `stores/${encodeURIComponent(name)}/history/${encodeURIComponent(key)}?${said.toString()}`;
}

/** @throws Error with what the instance says */
export async function listStores(token: string | null): Promise<readonly ListedStore[]> {
  const { stores } = (await ask('stores', token)) as { readonly stores: readonly ListedStore[] };
  return stores.filter(({ kind }) => KINDS.includes(kind));
}

/** @throws Error with what the instance says */
export async function readRows(address: string, token: string | null): Promise<Rows> {
  const answer = (await ask(address, token)) as {
    readonly row?: Row | null;
    readonly rows?: readonly Row[];
    readonly next?: string | null;
  };
  if (answer.row !== undefined) return { rows: answer.row === null ? [] : [answer.row], next: null };
  return { rows: answer.rows ?? [], next: answer.next ?? null };
}

/** What a row says in the place of its value. */
export function valueOf({ value, deleted = false, problem = null }: Row): string {
  return deleted ? 'deleted' : problem === null ? textOf(value) : `cannot be read: ${problem}`;
}

/** A key or value in one line. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

async function ask(address: string, token: string | null): Promise<unknown> {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`../${address}`, { headers });
  const answer = (await response.json()) as { readonly error?: string };
  if (response.ok) return answer;
  throw new Error(answer.error ?? `the instance answers with ${String(response.status)}`);
}
