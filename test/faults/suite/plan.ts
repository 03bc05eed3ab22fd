/** What happens in one run of the fault suite: drawn from its seed before it begins, and plain enough to be kept as JSON. */
import { Draw } from '../../parity/draw.js';
import type { Guarantee } from '../instance.js';
import type { FaultKind } from './kind.js';

export interface PlannedFault {
  /** Name of its kind. */
  readonly kind: string;
  /** From the beginning of the load, ms. */
  readonly atMs: number;
  readonly lastsMs: number;
  /** Which instance or broker, counted from 0; kinds take what is left when it is divided by how many there are. */
  readonly target: number;
  /** For what else a kind has to choose: from 0 to 999. */
  readonly choice: number;
}

export interface RunPlan {
  readonly seed: number;
  readonly guarantee: Guarantee;
  readonly brokers: number;
  readonly instances: number;
  readonly commitIntervalMs: number;
  readonly sessionTimeoutMs: number;
  readonly transactionTimeoutMs: number;
  /** 0: every change of a table is told. */
  readonly cacheBytes: number;
  readonly loadMs: number;
  /** In the order of their beginnings. */
  readonly faults: readonly PlannedFault[];
}

export interface PlanSettings {
  readonly guarantee: Guarantee;
  readonly brokers: number;
  readonly kinds: readonly FaultKind[];
  readonly faults: number;
  readonly loadMs: number;
}

const MOST_INSTANCES = 3;
const CACHE_BYTES = 10 * 2 ** 20;
/** All is well for so long, so that there is something to lose. */
const QUIET_MS = 2_500;

export function drawPlan(seed: number, settings: PlanSettings): RunPlan {
  const draw = new Draw(seed);
  const exact = settings.guarantee === 'exactly_once_v2';
  const run: Omit<RunPlan, 'faults'> = {
    seed,
    guarantee: settings.guarantee,
    brokers: settings.brokers,
    instances: draw.between(1, MOST_INSTANCES),
    commitIntervalMs: exact ? draw.pick([50, 100, 100, 300]) : draw.pick([200, 500, 1_000]),
    sessionTimeoutMs: draw.pick([4_000, 5_000, 7_000]),
    transactionTimeoutMs: draw.pick([2_000, 3_000, 5_000]),
    cacheBytes: draw.chance(0.25) ? CACHE_BYTES : 0,
    loadMs: settings.loadMs,
  };
  const able = settings.kinds.filter((kind) => kind.fits(run));
  if (able.length === 0) throw new Error('none of the kinds of faults fits the run');
  const span = settings.loadMs - QUIET_MS;
  const faults = Array.from({ length: settings.faults }, (_, i): PlannedFault => {
    const kind = draw.weighted(able, ({ weight }) => weight);
    // One in each stretch of the load, so that they come all along and some of them overlap.
    const atMs = QUIET_MS + Math.floor((span * i) / settings.faults) + draw.int(Math.floor(span / settings.faults));
    return {
      kind: kind.name,
      atMs,
      lastsMs: kind.lastsMs(draw, run),
      target: draw.int(60),
      choice: draw.int(1_000),
    };
  });
  return { ...run, faults };
}
