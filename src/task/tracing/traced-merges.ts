/** The operators of a task that merge records, where the application has a tracing: each is told what goes in and what comes out. */
import type { TaskTracing } from '../../observe/telemetry.js';
import type { RunningNode } from '../../processor/node.js';
import type { FixedWindows } from '../../time/windows.js';
import type { Operator } from '../../topology/operators.js';
import { MergedTraces, type MergeKind } from './merged-traces.js';

export class TracedMerges {
  /** Operators that share a store, those of a cogroup, put their records into the same results. */
  private readonly byStore = new Map<string, MergedTraces>();

  constructor(private readonly tracing: TaskTracing) {}

  /** Has the node of an operator that merges records note them; that of another one is left as it is. */
  follow(node: RunningNode, operator: Operator): void {
    const merge = mergeOf(operator);
    if (merge === null) return;
    let traces = this.byStore.get(merge.store);
    if (traces === undefined) {
      traces = new MergedTraces(node.name, this.tracing, merge.kind);
      this.byStore.set(merge.store, traces);
    }
    node.traceResults(traces);
  }
}

const BY_KEY: MergeKind = { windows: false, windowsOfRecord: 1, endInside: false, forgets: false };

function windowsOfRecord(windows: FixedWindows): number {
  if (windows.kind === 'sliding') return Number.POSITIVE_INFINITY;
  return windows.kind === 'time' ? Math.ceil(windows.sizeMs / windows.advanceMs) : 1;
}

function mergeOf(operator: Operator): { readonly store: string; readonly kind: MergeKind } | null {
  switch (operator.kind) {
    case 'aggregate':
    case 'reduce':
    case 'tableAggregate':
    case 'tableReduce':
      return { store: operator.store, kind: BY_KEY };
    case 'windowAggregate':
    case 'windowReduce':
      return {
        store: operator.store,
        kind: {
          windows: true,
          windowsOfRecord: windowsOfRecord(operator.windows),
          endInside: operator.windows.kind === 'sliding',
          forgets: false,
        },
      };
    case 'sessionAggregate':
    case 'sessionReduce':
      return { store: operator.store, kind: { windows: true, windowsOfRecord: 1, endInside: true, forgets: false } };
    case 'suppress':
      return { store: operator.store, kind: { windows: false, windowsOfRecord: 1, endInside: false, forgets: true } };
    default:
      return null;
  }
}
