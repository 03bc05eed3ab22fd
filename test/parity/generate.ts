/** Draws a topology and its input. The same seed gives the same plan for as long as the table of operators stays the same. */
import { Draw } from './draw.js';
import { withGrace } from './grace.js';
import { FanOut } from './fan-out.js';
import { finalTables } from './final-tables.js';
import { drawInputs } from './inputs.js';
import { suppressed } from './operators/tables.js';
import { OPERATORS, operatorOf } from './operators/table-of-operators.js';
import { inputsOf, outputsOf, type Plan, type Step } from './plan.js';
import { Workbench, type Kind } from './workbench.js';

/** Milliseconds: windows of some ms, some seconds (several in a segment), and of minutes (several segments). */
const SCALES = [1, 1_000, 20_000];

/** What can be done with things that are neither streams nor tables: on their own they compute nothing. */
const FOLLOWERS: Partial<Record<Kind, readonly string[]>> = {
  grouped: ['count', 'reduce', 'aggregate', 'windowedBy', 'session windowedBy', 'cogroup', 'cogroup'],
  windowed: ['emitOnClose', 'windowed count', 'windowed reduce', 'windowed aggregate'],
  sessions: ['session emitOnClose', 'session count', 'session reduce', 'session aggregate'],
  cogrouped: ['cogroup aggregate', 'cogroup windowedBy', 'cogroup session windowedBy'],
  windowedCogroup: ['cogroup windowed aggregate'],
  sessionCogroup: ['cogroup session aggregate'],
  groupedTable: ['table count', 'table reduce', 'table aggregate'],
};

export function generate(seed: number, records: number): Plan {
  const draw = new Draw(seed);
  // Of its own, so that the rest of a plan is the same in both formats.
  const storeFormat = new Draw(seed ^ 0x5bd1_e995).chance(0.35) ? 'headers' : 'default';
  const throwing = draw.chance(0.15);
  const bench = new Workbench(draw, draw.pick(SCALES), throwing);
  const undecodable = draw.chance(0.1);
  const steps: Step[] = [];
  const fanOut = new FanOut();
  const add = (op: string): void => {
    const drawn = operatorOf(op).draw(bench);
    if (drawn === null) return;
    const step = { op, ...drawn };
    if (fanOut.allows(step)) steps.push(step);
    else bench.forget(outputsOf(step));
  };
  if (draw.chance(0.15)) {
    for (const step of finalTables(bench)) if (fanOut.allows(step)) steps.push(step);
  }
  add(draw.chance(0.75) ? 'stream' : 'table');
  if (draw.chance(0.3)) add(draw.pick(['stream', 'table', 'globalTable']));
  const wanted = steps.length + draw.between(2, 11);
  while (steps.length < wanted) add(draw.weighted(OPERATORS, ({ weight }) => weight).op);
  for (let round = 0; round < 4; round++)
    for (const kind of unfinished(bench, steps)) add(draw.pick(FOLLOWERS[kind] ?? []));
  finish(bench, steps);
  const emitInterval = draw.chance(0.15) ? 1_000 : 0;
  return {
    optimize: draw.weighted<{ set: Plan['optimize']; weight: number }>(
      [
        { set: 'none', weight: 5 },
        { set: 'all', weight: 4 },
        { set: ['merge.repartition.topics'], weight: 1 },
        { set: ['reuse.ktable.source.topics'], weight: 1 },
      ],
      ({ weight }) => weight,
    ).set,
    cacheBytes: draw.chance(0.5) ? 0 : 10_485_760,
    ...(emitInterval === 0 ? {} : { emitInterval }),
    ...(storeFormat === 'headers' ? { storeFormat } : {}),
    // Seldom the end of all at the first one.
    ...(throwing && draw.chance(0.95) ? { onError: 'continue' as const } : {}),
    ...(undecodable ? { onUndecodable: 'continue' as const } : {}),
    // Where functions throw, a join with grace is a deliberate difference.
    steps: formatted(throwing ? steps : withGrace(draw, bench.scale, steps), storeFormat),
    inputs: drawInputs(draw, bench, records, {
      undecodable,
      advancing: emitInterval > 0 || bench.wallClock,
      early: bench.early,
    }),
  };
}

/** In the format of headers processors have such stores too, where they have any with times. */
function formatted(steps: readonly Step[], format: 'headers' | 'default'): readonly Step[] {
  if (format === 'default') return steps;
  return steps.map((step) => {
    const store = step['store'] as { readonly kind?: string; readonly engine?: string } | undefined;
    if (store?.kind?.startsWith('timestamped') !== true || store.engine !== undefined) return step;
    return { ...step, store: { ...store, kind: `${store.kind}WithHeaders` } };
  });
}

/** Kinds of the things that nothing goes on from, as far as they have followers. */
function unfinished(bench: Workbench, steps: readonly Step[]): Kind[] {
  const used = new Set(steps.flatMap(inputsOf));
  return bench.handles.filter(({ name, kind }) => kind in FOLLOWERS && !used.has(name)).map(({ kind }) => kind);
}

/** Sends what nothing goes on from to a topic, mostly: what a topology computes must come out. */
function finish(bench: Workbench, steps: Step[]): void {
  const used = new Set(steps.flatMap(inputsOf));
  const { draw } = bench;
  for (const handle of [...bench.handles]) {
    if (used.has(handle.name) || draw.chance(0.1)) continue;
    let from = handle;
    if (handle.kind === 'table') {
      if (bench.suppressible.has(handle.name) && draw.chance(0.5)) {
        const step = suppressed(bench, handle);
        steps.push({ op: 'suppress', ...step });
        from = { ...handle, name: step.out as string };
      }
      const out = bench.made('stream', handle.key, handle.value);
      steps.push({ op: 'toStream', in: from.name, ...bench.named(), out });
      from = { ...handle, name: out, kind: 'stream' };
    }
    if (from.kind !== 'stream') continue;
    const topic = bench.fresh('out-');
    steps.push({ op: 'to', in: from.name, topic, ...bench.serdes(from.key, from.value), ...bench.named() });
  }
}
