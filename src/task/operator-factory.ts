/** Gives life to the operators of a topology: one running node for each kind. */
import { AggregateNode } from '../processor/aggregate/aggregate.js';
import { ReduceNode } from '../processor/aggregate/reduce.js';
import { SessionAggregateNode } from '../processor/aggregate/session-aggregate.js';
import { SlidingAggregateNode } from '../processor/aggregate/sliding-aggregate.js';
import { WindowAggregateNode } from '../processor/aggregate/window-aggregate.js';
import type { WindowedSettings } from '../processor/aggregate/windowed-node.js';
import { AsyncNode } from '../processor/async/async-node.js';
import type { NodeContext } from '../processor/context.js';
import { StreamJoinNode } from '../processor/join/stream-join.js';
import { StreamJoinWindowNode } from '../processor/join/stream-join-window.js';
import { StreamSelfJoinNode } from '../processor/join/stream-self-join.js';
import { ForeignKeyFanOutNode } from '../processor/foreign-key/fan-out.js';
import { ForeignKeyLookUpNode } from '../processor/foreign-key/look-up.js';
import { ForeignKeyReceiveNode } from '../processor/foreign-key/receive.js';
import { ForeignKeyResolveNode } from '../processor/foreign-key/resolve.js';
import { ForeignKeySendNode } from '../processor/foreign-key/send.js';
import { StreamTableGraceJoinNode } from '../processor/join/stream-table-grace-join.js';
import { StreamTableJoinNode } from '../processor/join/stream-table-join.js';
import { TableJoinMergeNode } from '../processor/join/table-join-merge.js';
import { TableJoinSideNode } from '../processor/join/table-join-side.js';
import type { RunningNode } from '../processor/node.js';
import { BranchNode } from '../processor/stream/branch.js';
import { FilterNode } from '../processor/stream/filter.js';
import { FlatMapNode } from '../processor/stream/flat-map.js';
import { FlatMapValuesNode } from '../processor/stream/flat-map-values.js';
import { MapNode } from '../processor/stream/map.js';
import { MapValuesNode } from '../processor/stream/map-values.js';
import { PassNode } from '../processor/stream/pass.js';
import { PeekNode } from '../processor/stream/peek.js';
import { PrintNode } from '../processor/stream/print.js';
import { RepartitionFilterNode } from '../processor/stream/repartition-filter.js';
import { SelectKeyNode } from '../processor/stream/select-key.js';
import { SuppressNode } from '../processor/table/suppress.js';
import { TableAggregateNode } from '../processor/table/table-aggregate.js';
import { TableFilterNode } from '../processor/table/table-filter.js';
import { TableGroupByNode } from '../processor/table/table-group-by.js';
import { TableMapValuesNode } from '../processor/table/table-map-values.js';
import { TableSourceNode } from '../processor/table/table-source.js';
import { TableTransformValuesNode } from '../processor/table/table-transform-values.js';
import { TableToStreamNode } from '../processor/table/table-to-stream.js';
import type { FixedWindows } from '../time/windows.js';
import { ProcessNode } from '../processor/user/process.js';
import { WrappedNode } from '../processor/user/wrapped.js';
import { ProcessValuesNode } from '../processor/user/process-values.js';
import type { Operator } from '../topology/operators.js';
import type { TracedMerges } from './tracing/traced-merges.js';

/**
 * Makes the node of an operator, connected to these stores; its children are added afterwards.
 * @param merges of an application that has a tracing
 */
export function createNode(
  name: string,
  operator: Operator,
  context: NodeContext,
  stores: readonly string[],
  merges: TracedMerges | null,
): RunningNode {
  const node = newNode(name, operator, context, stores, merges);
  merges?.follow(node, operator);
  return node;
}

function newNode(
  name: string,
  operator: Operator,
  context: NodeContext,
  stores: readonly string[],
  merges: TracedMerges | null,
): RunningNode {
  switch (operator.kind) {
    case 'pass':
      return new PassNode(name, context);
    case 'filter':
      return new FilterNode(name, context, operator.predicate, operator.negate);
    case 'map':
      return new MapNode(name, context, operator.mapper);
    case 'mapValues':
      return new MapValuesNode(name, context, operator.mapper);
    case 'flatMap':
      return new FlatMapNode(name, context, operator.mapper);
    case 'flatMapValues':
      return new FlatMapValuesNode(name, context, operator.mapper);
    case 'selectKey':
      return new SelectKeyNode(name, context, operator.mapper);
    case 'peek':
      return new PeekNode(name, context, operator.action, operator.forwards);
    case 'print':
      return new PrintNode(name, context, operator.write, operator.label, operator.format);
    case 'branch':
      return new BranchNode(name, context, operator.branches);
    case 'async':
      return new AsyncNode(name, context, operator);
    case 'process':
      return new ProcessNode(name, context, operator.supplier, stores);
    case 'processValues':
      return new ProcessValuesNode(name, context, operator.supplier, stores);
    case 'wrapped': {
      const makeNode = (): RunningNode => createNode(name, operator.operator, context, stores, merges);
      return new WrappedNode(name, context, stores, makeNode, operator.wrap);
    }
    case 'repartitionFilter':
      return new RepartitionFilterNode(name, context, operator.keepNullKeys);
    case 'tableSource':
    case 'streamToTable':
      return new TableSourceNode(name, context, operator);
    case 'aggregate':
      return new AggregateNode(name, context, operator);
    case 'reduce':
      return new ReduceNode(name, context, operator);
    case 'windowAggregate':
      return windowedNode(name, context, operator);
    case 'windowReduce':
      return windowedNode(name, context, {
        ...operator,
        initializer: () => null,
        aggregator: (aggregate, value, key, record) =>
          aggregate === null ? value : operator.reducer(aggregate, value, key, record),
      });
    case 'sessionAggregate':
      return new SessionAggregateNode(name, context, operator);
    case 'sessionReduce': {
      const reduce = operator.reducer;
      const add: typeof reduce = (aggregate, value, key, record) =>
        aggregate === null ? value : reduce(aggregate, value, key, record);
      return new SessionAggregateNode(name, context, {
        ...operator,
        initializer: () => null,
        aggregator: add,
        merger: add,
      });
    }
    case 'tableFilter':
      return new TableFilterNode(name, context, operator);
    case 'tableTransformValues':
      return new TableTransformValuesNode(name, context, operator, stores);
    case 'tableMapValues':
      return new TableMapValuesNode(name, context, operator);
    case 'tableToStream':
      return new TableToStreamNode(name, context);
    case 'suppress':
      return new SuppressNode(name, context, operator);
    case 'tableGroupBy':
      return new TableGroupByNode(name, context, operator.mapper, operator.versioned);
    case 'tableAggregate':
      return new TableAggregateNode(name, context, operator);
    case 'tableReduce':
      return new TableAggregateNode(name, context, { ...operator, initializer: null });
    case 'foreignKeySend':
      return new ForeignKeySendNode(name, context, operator);
    case 'foreignKeyReceive':
      return new ForeignKeyReceiveNode(name, context, operator);
    case 'foreignKeyLookUp':
      return new ForeignKeyLookUpNode(name, context, operator);
    case 'foreignKeyFanOut':
      return new ForeignKeyFanOutNode(name, context, operator);
    case 'foreignKeyResolve':
      return new ForeignKeyResolveNode(name, context, operator);
    case 'tableJoinSide':
      return new TableJoinSideNode(name, context, operator);
    case 'tableJoinMerge':
      return new TableJoinMergeNode(name, context, operator);
    case 'streamTableGraceJoin':
      return new StreamTableGraceJoinNode(name, context, operator);
    case 'streamTableJoin':
      return new StreamTableJoinNode(name, context, operator);
    case 'streamJoinWindow':
      return new StreamJoinWindowNode(name, context, operator.store);
    case 'streamJoin':
      return new StreamJoinNode(name, context, operator);
    case 'streamSelfJoin':
      return new StreamSelfJoinNode(name, context, operator);
  }
}

function windowedNode(
  name: string,
  context: NodeContext,
  settings: WindowedSettings<FixedWindows>,
): WindowAggregateNode | SlidingAggregateNode {
  const { windows } = settings;
  return windows.kind === 'sliding'
    ? new SlidingAggregateNode(name, context, { ...settings, windows })
    : new WindowAggregateNode(name, context, { ...settings, windows });
}
