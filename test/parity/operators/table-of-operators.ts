/** Every operator that the judge draws. One more is one more entry here, and one in the Java program. */
import { groupBy, groupByKey, groupedAggregations, windowedAggregations } from './aggregations.js';
import { cogroup, cogroupAggregate, cogroupWindowedAggregate } from './cogroups.js';
import { lookUp } from './look-ups.js';
import { streamGlobalJoin, streamGlobalLeftJoin, streamTableJoin, streamTableLeftJoin } from './joins.js';
import type { ParityOperator } from './operator.js';
import { globalStore, process, processValues } from './processors.js';
import {
  cogroupSessionAggregate,
  cogroupSessionWindowedBy,
  sessionAggregations,
  sessionWindowedBy,
  sessionEmitOnClose,
} from './sessions.js';
import { globalTable, stream, table } from './sources.js';
import { streamJoins } from './stream-joins.js';
import {
  filter,
  filterNot,
  flatMap,
  flatMapValues,
  foreach,
  map,
  mapValues,
  merge,
  peek,
  print,
  selectKey,
  split,
} from './stateless.js';
import { foreignJoin, foreignLeftJoin } from './foreign-key-joins.js';
import { tablesInnerJoin, tablesLeftJoin, tablesOuterJoin } from './table-joins.js';
import {
  suppress,
  tableAggregate,
  tableCount,
  tableFilter,
  tableFilterNot,
  tableGroupBy,
  tableMapValues,
  tableTransformValues,
  tableReduce,
  toStream,
} from './tables.js';
import { repartition, to, toExtractedTopic, toTable } from './topics.js';
import { cogroupWindowedBy, emitOnClose, windowedBy } from './windows.js';

export const OPERATORS: readonly ParityOperator[] = [
  stream,
  table,
  globalTable,
  filter,
  filterNot,
  selectKey,
  map,
  mapValues,
  flatMap,
  flatMapValues,
  peek,
  foreach,
  print,
  split,
  merge,
  repartition,
  toTable,
  to,
  toExtractedTopic,
  groupByKey,
  groupBy,
  ...groupedAggregations,
  windowedBy,
  emitOnClose,
  ...windowedAggregations,
  sessionWindowedBy,
  sessionEmitOnClose,
  ...sessionAggregations,
  cogroupSessionWindowedBy,
  cogroupSessionAggregate,
  cogroup,
  cogroupAggregate,
  cogroupWindowedBy,
  cogroupWindowedAggregate,
  tableFilter,
  tableFilterNot,
  tableMapValues,
  suppress,
  toStream,
  tableGroupBy,
  tableCount,
  tableReduce,
  tableAggregate,
  streamTableJoin,
  streamTableLeftJoin,
  streamGlobalJoin,
  streamGlobalLeftJoin,
  tablesInnerJoin,
  tablesLeftJoin,
  tablesOuterJoin,
  ...streamJoins,
  foreignJoin,
  foreignLeftJoin,
  tableTransformValues,
  process,
  processValues,
  globalStore,
  lookUp,
];

const BY_NAME = new Map(OPERATORS.map((operator) => [operator.op, operator]));

export function operatorOf(op: string): ParityOperator {
  const operator = BY_NAME.get(op);
  if (operator === undefined) throw new Error(`the judge knows no operator ${op}`);
  return operator;
}
