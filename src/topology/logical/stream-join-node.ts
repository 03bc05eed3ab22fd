/** A join of two streams: the operators behind the windowed ones of its sides, and what becomes of them when both sides are one. */
import type { JoinWindows } from '../../time/join-windows.js';
import type { AnyJoiner } from '../../processor/api/functions.js';
import type { TopologyAssembly } from '../topology-builder.js';
import { LogicalNode } from './logical-node.js';
import type { OperatorNode } from './processor-nodes.js';
import type { StoreSpec } from '../../store/spec.js';

/** One side of a join. */
export interface StreamJoinSide {
  /** The operator that keeps its records. */
  readonly window: OperatorNode;
  /** Name of the operator that joins its records. */
  readonly name: string;
  /** The store of its records. */
  readonly store: StoreSpec;
  /** Its records are emitted without a partner too. */
  readonly outer: boolean;
}

export interface StreamJoinParts {
  readonly left: StreamJoinSide;
  readonly right: StreamJoinSide;
  readonly joiner: AnyJoiner;
  readonly windows: JoinWindows;
  /** Null where no record waits for a partner to be emitted without one: in an inner join, or as they are emitted at once. */
  readonly waitingStore: StoreSpec | null;
}

/** Its parents are the streams themselves, not their windowed operators. Kafka Streams: `StreamStreamJoinNode`. */
export class StreamJoinLogicalNode extends LogicalNode {
  /** Both sides are the same stream, which one store is enough for (`single.store.self.join`). */
  joinsItself = false;

  constructor(
    name: string,
    readonly join: StreamJoinParts,
  ) {
    super(name, { wantsNullKeys: join.left.outer });
  }

  override write(builder: TopologyAssembly): void {
    const { left, right, joiner, windows } = this.join;
    if (this.joinsItself) {
      const store = left.store.name;
      builder.addProcessor(
        this.name,
        { kind: 'streamSelfJoin', joiner, windows, store, leftOuter: left.outer, rightOuter: right.outer },
        [left.window.name],
      );
      builder.connectStore(this.name, store);
      return;
    }
    this.writeSide(builder, left, right, true);
    this.writeSide(builder, right, left, false);
    builder.addProcessor(this.name, { kind: 'pass' }, [left.name, right.name]);
  }

  private writeSide(builder: TopologyAssembly, side: StreamJoinSide, other: StreamJoinSide, left: boolean): void {
    const { joiner, windows, waitingStore } = this.join;
    builder.addProcessor(
      side.name,
      {
        kind: 'streamJoin',
        joiner,
        windows,
        left,
        outer: side.outer,
        otherStore: other.store.name,
        waitingStore: waitingStore?.name ?? null,
        join: this.name,
      },
      [side.window.name],
    );
    builder.connectStore(side.name, other.store.name);
    if (waitingStore !== null) builder.addStore(Object.freeze(waitingStore), side.name);
  }
}
