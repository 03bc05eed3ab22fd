/** Beside an operator that makes one result of several records, where the application has a tracing: which traces those belong to. */
import type { TaskTracing } from '../../observe/telemetry.js';
import type { ResultTraces } from '../../processor/passage.js';
import type { Headers } from '../../record/headers.js';
import { Windowed } from '../../record/windowed.js';

/** Keys that are remembered; the one that was heard of least recently is forgotten first. */
const KEYS = 2_048;
/** Traces of each, the latest. */
const TRACES = 16;
/** A power of two, so that of the keys that nobody follows few fall into the place of one that somebody does. */
const PLACES = 4_096;
/** Characters that a place depends on, the last ones: keys of one kind begin with the same. */
const ENDING = 6;

interface Contribution {
  readonly trace: string;
  readonly timestamp: number;
  /** Starts of the windows whose results have told of it; where results have none, there is one that starts at 0. */
  readonly toldBy: number[];
}

/** Both in the order of their coming. */
interface Noted {
  /** What a result is linked to. */
  readonly known: Contribution[];
  /** Those that some result may still have to tell of: nearly always none. */
  untold: Contribution[];
}

/** How results belong to records. */
export interface MergeKind {
  /** Results have windows, records have not. */
  readonly windows: boolean;
  /** Into how many windows a record falls at most; 1 without windows. */
  readonly windowsOfRecord: number;
  /** The end of a window belongs to it. */
  readonly endInside: boolean;
  /** What has gone out is done with: what comes then begins anew. */
  readonly forgets: boolean;
}

/** In memory alone: after a restart a result is linked to the records that came since. One for each store of a task. */
export class MergedTraces implements ResultTraces {
  private readonly byKey = new Map<unknown, Noted>();
  /** Those of them of which some result may still have to tell: few, so that most results are let through at once. */
  private readonly news = new Map<unknown, Noted>();
  /** How many of these keys fall into a place: for nearly all results, that there is none tells it without a look into the map. */
  private readonly places = new Uint16Array(PLACES);

  constructor(
    private readonly node: string,
    private readonly tracing: TaskTracing,
    private readonly kind: MergeKind,
  ) {}

  note(key: unknown, timestamp: number, headers: Headers): void {
    const trace = this.tracing.traceOf(headers);
    if (trace === null || key === null) return;
    const name = nameOf(key);
    const noted = this.byKey.get(name) ?? { known: [], untold: [] };
    const one = { trace, timestamp, toldBy: [] };
    noted.known.push(one);
    noted.untold.push(one);
    if (noted.known.length > TRACES) noted.known.shift();
    if (noted.untold.length > TRACES) noted.untold.shift();
    this.byKey.delete(name);
    this.byKey.set(name, noted);
    if (!this.news.has(name)) this.count(name, 1);
    this.news.set(name, noted);
    if (this.byKey.size > KEYS) this.forget(this.byKey.keys().next().value);
  }

  /**
   * A result that holds nothing new since the last one of its key and window belongs to no trace: else one record that is followed
   * would have all later results of its key followed too.
   */
  headersOf(key: unknown, headers: Headers): Headers {
    if (this.news.size === 0) return headers;
    const windowed = this.kind.windows && key instanceof Windowed ? key : null;
    const name = nameOf(windowed === null ? key : windowed.key);
    if (this.places[placeOf(name)] === 0) return headers;
    const noted = this.news.get(name);
    if (noted === undefined || !this.isNews(noted, windowed)) return headers;
    const given = this.linked(noted, windowed, headers);
    if (this.kind.forgets) this.forget(name);
    else if (noted.untold.length === 0) this.told(name);
    return given;
  }

  private forget(name: unknown): void {
    this.byKey.delete(name);
    this.told(name);
  }

  private told(name: unknown): void {
    if (this.news.delete(name)) this.count(name, -1);
  }

  private count(name: unknown, keys: number): void {
    const place = placeOf(name);
    this.places[place] = (this.places[place] as number) + keys;
  }

  private isNews({ untold }: Noted, windowed: Windowed<unknown> | null): boolean {
    const start = startOf(windowed);
    for (const one of untold) if (!one.toldBy.includes(start) && this.isInside(one, windowed)) return true;
    return false;
  }

  private linked(noted: Noted, windowed: Windowed<unknown> | null, headers: Headers): Headers {
    const start = startOf(windowed);
    const inside = noted.known.filter((one) => this.isInside(one, windowed));
    for (const { toldBy } of inside) if (!toldBy.includes(start)) toldBy.push(start);
    noted.untold = noted.untold.filter(({ toldBy }) => toldBy.length < this.kind.windowsOfRecord);
    return this.tracing.merged(this.node, headers, [...new Set(inside.map(({ trace }) => trace))]);
  }

  private isInside({ timestamp }: Contribution, windowed: Windowed<unknown> | null): boolean {
    if (windowed === null) return true;
    const { start, end } = windowed.window;
    return timestamp >= start && (timestamp < end || (timestamp === end && this.kind.endInside));
  }
}

function startOf(windowed: Windowed<unknown> | null): number {
  return windowed === null ? 0 : windowed.window.start;
}

/** Cheaper than the hash of a text, which reads all of it. Names that are no texts share a place. */
function placeOf(name: unknown): number {
  if (typeof name !== 'string') return 0;
  const { length } = name;
  let mixed = length;
  for (let at = Math.max(0, length - ENDING); at < length; at += 1) mixed = Math.imul(mixed, 31) + name.charCodeAt(at);
  return mixed & (PLACES - 1);
}

/** Keys are of any type, those of one store of the same: equal ones have the same name. */
function nameOf(key: unknown): unknown {
  if (typeof key === 'string') return key;
  if (key instanceof Windowed) {
    const { start, end } = key.window;
    return `w${String(start)}/${String(end)} ${String(nameOf(key.key))}`;
  }
  if (key instanceof Uint8Array)
    return `b${Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1')}`;
  return `${typeof key} ${JSON.stringify(key, (_name, part: unknown) => (typeof part === 'bigint' ? `${String(part)}n` : part))}`;
}
