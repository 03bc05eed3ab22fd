/** Two tables of the same windows, mostly of closed ones, and what looks up their rows: drawn together, for they seldom meet by chance. */
import { KEPT } from './operators/windows.js';
import type { Plain, Step } from './plan.js';
import type { Workbench } from './workbench.js';

const JOINS = ['tables join', 'tables leftJoin', 'tables outerJoin'];

interface Table {
  readonly stream: string;
  readonly store: string;
  readonly table: string;
  /** Its store may be cached. */
  readonly cached: boolean;
}

interface Windows {
  readonly kind: 'time' | 'sliding' | 'sessions';
  readonly size: number;
  readonly rest: { readonly [name: string]: Plain };
}

export function finalTables(bench: Workbench): Step[] {
  const { draw, scale } = bench;
  const steps: Step[] = [];
  const windows = drawWindows(bench);
  const { size, kind } = windows;
  const key = kind === 'sessions' ? 'session(string)' : `windowed(${String(size)},string)`;
  const one = table(bench, windows, key, source(bench, steps), steps);
  const other = table(bench, windows, key, draw.chance(0.25) ? one.stream : source(bench, steps), steps);
  const both = [one, other];
  // The first emission of a cached store looks through all segments since the epoch on the JVM, which takes minutes today.
  if (one.cached || other.cached) bench.early = true;
  // What reads the rows leaves the keys as they are.
  const lookUp = (stream: string, keys: string, from: Table): void => {
    const out = bench.made('stream', keys, 'string');
    const back = draw.pick([size, 3 * size, 30 * scale]);
    // Where a range begins behind all that is there, the JVM's cache looks through its segments for ever.
    const ranges = !from.cached;
    steps.push({ op: 'lookUp', in: stream, store: from.store, sessions: kind === 'sessions', ranges, back, out });
  };
  if (draw.chance(0.85)) {
    steps.push({
      op: draw.pick(JOINS),
      in: one.table,
      with: other.table,
      joiner: { fn: 'pair' },
      ...bench.materialized('string', 'string', {}),
      out: bench.made('table', key, 'string'),
    });
    const joined = steps[steps.length - 1] as Step & { readonly materialized?: object };
    // Its keys are those of the windows.
    if (joined.materialized !== undefined) {
      steps[steps.length - 1] = {
        ...joined,
        materialized: { ...joined.materialized, keySerde: key, valueSerde: 'string' },
      };
    }
  }
  if (draw.chance(0.35)) {
    const grouped = bench.made('groupedTable', 'string', 'string');
    const from = draw.pick(both).table;
    steps.push({
      op: 'table groupBy',
      in: from,
      keyMapper: { fn: 'keyFromValue', m: 2 },
      mapper: { fn: 'show' },
      keySerde: 'string',
      valueSerde: 'string',
      out: grouped,
    });
  }
  if (draw.chance(0.5)) lookUp(draw.pick(both).stream, 'string', draw.pick(both));
  if (draw.chance(0.35)) {
    const { table: from } = draw.pick(both);
    const stream = bench.made('stream', key, 'string');
    steps.push({ op: 'toStream', in: from, out: stream });
    lookUp(stream, key, draw.pick(both));
  }
  return steps;
}

function drawWindows({ draw, scale }: Workbench): Windows {
  const kind = draw.weighted(['time', 'sliding', 'sessions'] as const, (one) => (one === 'time' ? 5 : 2));
  const size = draw.between(2, 10) * scale;
  const grace = draw.chance(0.6) ? { grace: draw.int(8) * scale } : { grace: 0 };
  if (kind === 'sessions') return { kind, size, rest: { gap: size, ...grace } };
  const hops =
    kind === 'time' && draw.chance(0.4) ? { advance: Math.max(1, Math.floor(size / draw.pick([2, 3]))) } : {};
  return { kind, size, rest: { windows: kind, size, ...hops, ...grace } };
}

function source(bench: Workbench, steps: Step[]): string {
  const topic = { name: bench.fresh('in-'), key: 'string', value: 'string' };
  bench.inputTopics.push(topic);
  const out = bench.made('stream', 'string', 'string');
  steps.push({ op: 'stream', topics: [topic.name], keySerde: 'string', valueSerde: 'string', out });
  return out;
}

function table(bench: Workbench, { kind, size, rest }: Windows, key: string, stream: string, steps: Step[]): Table {
  const { draw, scale } = bench;
  const grouped = bench.made('grouped', 'string', 'string');
  steps.push({ op: 'groupByKey', in: stream, out: grouped });
  const prefix = kind === 'sessions' ? 'session ' : 'windowed ';
  const windowed = bench.made(kind === 'sessions' ? 'sessions' : 'windowed', 'string', 'string', size);
  const over = kind === 'sessions' ? 'session windowedBy' : 'windowedBy';
  steps.push({ op: over, in: grouped, ...rest, out: windowed });
  const final = draw.chance(0.8);
  bench.finals.add(windowed);
  if (final) steps.push({ op: kind === 'sessions' ? 'session emitOnClose' : 'emitOnClose', in: windowed });
  const least = (kind === 'sliding' ? 2 : 1) * size + Number(rest['grace']);
  const retention = draw.pick([
    {},
    {},
    { retention: least },
    { retention: least + draw.int(12) * scale },
    { retention: KEPT },
  ]);
  const cached = kind !== 'sessions' && draw.chance(0.6);
  const store = bench.fresh('store-');
  const out = bench.made('table', key, 'string');
  bench.suppressible.add(out);
  steps.push({
    op: `${prefix}reduce`,
    in: windowed,
    adder: { fn: draw.pick(['concat', 'last']) },
    materialized: {
      store,
      keySerde: 'string',
      valueSerde: 'string',
      ...(draw.chance(0.3) ? { engine: draw.pick(['memory', 'level']) } : {}),
      ...retention,
      ...(cached ? {} : { caching: false }),
    },
    out,
  });
  return { stream, store, table: out, cached };
}
