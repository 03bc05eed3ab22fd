/** Around an operator that merges records, where the application has a tracing: what goes in is noted, what comes out is linked. */
import type { TaskTracing } from '../../observe/telemetry.js';
import type { NodeContext } from '../../processor/context.js';
import { RunningNode } from '../../processor/node.js';
import { PassNode } from '../../processor/stream/pass.js';
import type { Headers } from '../../record/headers.js';
import type { FixedWindows } from '../../time/windows.js';
import type { Operator } from '../../topology/operators.js';
import { MergedTraces, type MergeKind } from './merged-traces.js';

/** In front of the operator, under its name. The graph does not know of it: what was given to the operator counts there alone. */
class MergeEntry extends RunningNode {
  constructor(
    context: NodeContext,
    private readonly inner: RunningNode,
    private readonly traces: MergedTraces,
  ) {
    super(inner.name, context);
  }

  override receive(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    if (headers.length > 0) this.traces.note(key, timestamp, headers);
    this.inner.receive(key, value, timestamp, headers);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    this.receive(key, value, timestamp, headers);
  }
}

/** Behind the operator. */
class MergeExit extends PassNode {
  constructor(
    name: string,
    context: NodeContext,
    private readonly traces: MergedTraces,
  ) {
    super(name, context);
  }

  override receive(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    this.forward(key, value, timestamp, this.traces.headersOf(key, headers));
  }
}

/** What a node is reached by, and what goes on from it. */
export interface NodeEnds {
  readonly entry: RunningNode;
  readonly exit: RunningNode;
}

/** The operators of one task that merge records. */
export class MergeNodes {
  /** Operators that share a store, those of a cogroup, put their records into the same results. */
  private readonly byStore = new Map<string, MergedTraces>();

  constructor(
    private readonly tracing: TaskTracing,
    private readonly context: NodeContext,
  ) {}

  around(node: RunningNode, operator: Operator): NodeEnds {
    const merge = mergeOf(operator);
    if (merge === null) return { entry: node, exit: node };
    let traces = this.byStore.get(merge.store);
    if (traces === undefined) {
      traces = new MergedTraces(node.name, this.tracing, merge.kind);
      this.byStore.set(merge.store, traces);
    }
    const exit = new MergeExit(node.name, this.context, traces);
    node.addChild(exit);
    return { entry: new MergeEntry(this.context, node, traces), exit };
  }
}

const BY_KEY: MergeKind = { windows: false, windowsOfRecord: 1, endInside: false, forgets: false };

function windowsOfRecord(windows: FixedWindows): number {
  if (windows.kind === 'sliding') return Number.POSITIVE_INFINITY;
  return windows.kind === 'time' ? Math.ceil(windows.sizeMs / windows.advanceMs) : 1;
}

function mergeOf(operator: Operator): { readonly store: string; readonly kind: MergeKind } | null {
  switch (operator.kind) {
    case 'wrapped':
      return mergeOf(operator.operator);
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
