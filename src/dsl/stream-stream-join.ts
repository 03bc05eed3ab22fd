/** Joins of two streams: records of one key that are near in time, whichever comes first. */
import { MillraceError } from '../errors/error.js';
import type { CommonSpec, OuterJoinSpec, StoreSpec, WindowSpec } from '../store/spec.js';
import type { Serde } from '../serde/serde.js';
import type { JoinWindows } from '../time/join-windows.js';
import { OperatorNode } from '../topology/logical/processor-nodes.js';
import { StreamJoinLogicalNode } from '../topology/logical/stream-join-node.js';
import type { AnyJoiner } from '../processor/api/functions.js';
import type { StreamJoinedOptions } from './options.js';
import type { StreamParts } from './parts.js';
import { repartitionForJoin } from './repartition-stream.js';
import { copartition } from './stream-table-join.js';

/** Which sides are emitted without a partner too. */
export type StreamJoinType = 'inner' | 'left' | 'outer';

type AnyOptions = StreamJoinedOptions<unknown, unknown, unknown>;

/** Kafka Streams: `KStreamImpl.doJoin`, `KStreamImplJoin`. */
export function joinStreams(
  leftStream: StreamParts,
  rightStream: StreamParts,
  type: StreamJoinType,
  joiner: AnyJoiner,
  windows: JoinWindows,
  options: AnyOptions,
): StreamParts {
  const { name, key, value, otherValue } = options;
  const left = partitioned(leftStream, name === undefined ? undefined : `${name}-left`, key, value);
  const right = partitioned(rightStream, name === undefined ? undefined : `${name}-right`, key, otherValue);
  const sources = copartition(left, right);
  const { graph } = left;
  const { names } = graph;
  const named = (suffix: string, prefix: string): string =>
    names.operatorOr(name === undefined ? undefined : name + suffix, prefix);

  const leftWindowName = named('-this-windowed', 'KSTREAM-WINDOWED-');
  const rightWindowName = named('-other-windowed', 'KSTREAM-WINDOWED-');
  const leftOuter = type !== 'inner';
  const rightOuter = type === 'outer';
  const leftSuffix = rightOuter ? '-outer-this-join' : '-this-join';
  const rightSuffix = leftOuter ? '-outer-other-join' : '-other-join';
  const leftPrefix = rightOuter ? 'KSTREAM-OUTERTHIS-' : 'KSTREAM-JOINTHIS-';
  const leftGenerated = names.operator(leftPrefix);
  const rightGenerated = names.operator(leftOuter ? 'KSTREAM-OUTEROTHER-' : 'KSTREAM-JOINOTHER-');
  const joinName = named('-merge', 'KSTREAM-MERGE-');

  const { store, thisStore, otherStore } = options;
  checkStores(thisStore, otherStore, windows);
  const storeName = (suffix: string, generated: string): string =>
    `${store === undefined ? generated : store + suffix}-store`;
  const waitingName = (suffix: string, generated: string): string =>
    thisStore === undefined ? storeName(suffix, generated) : `${thisStore.name}${suffix}-store`;
  const keySerde = key ?? left.key;
  const leftStore = windowSpec(
    storeName(leftSuffix, leftGenerated),
    key ?? thisStore?.key ?? left.key,
    value ?? thisStore?.value ?? left.value,
    windows,
    options,
    thisStore,
  );
  const rightStore = windowSpec(
    storeName(rightSuffix, rightGenerated),
    key ?? otherStore?.key ?? right.key,
    otherValue ?? otherStore?.value ?? right.value,
    windows,
    options,
    otherStore,
  );
  const waitingStore: OuterJoinSpec | null =
    leftOuter && !windows.unmatchedAtOnce
      ? {
          ...common(options),
          // As its name, where it lives is that of the left store.
          ...(thisStore === undefined || options.engine !== undefined ? {} : placeOf(thisStore)),
          kind: 'outerJoin',
          format: 'plain',
          name: waitingName(
            rightOuter ? '-outer-shared-join' : '-left-shared-join',
            `KSTREAM-OUTERSHARED-${leftGenerated.slice(leftPrefix.length)}`,
          ),
          key: leftStore.key,
          value: leftStore.value,
          rightValue: rightStore.value,
        }
      : null;

  const leftWindow = graph.append(left.node, windowNode(leftWindowName, leftStore));
  const rightWindow = graph.append(right.node, windowNode(rightWindowName, rightStore));
  const node = graph.append(
    [left.node, right.node],
    new StreamJoinLogicalNode(joinName, {
      left: {
        window: leftWindow,
        name: name === undefined ? leftGenerated : name + leftSuffix,
        store: leftStore,
        outer: leftOuter,
      },
      right: {
        window: rightWindow,
        name: name === undefined ? rightGenerated : name + rightSuffix,
        store: rightStore,
        outer: rightOuter,
      },
      joiner,
      windows,
      waitingStore,
    }),
  );
  return { graph, node, name: joinName, key: keySerde, value: undefined, sources, repartitionRequired: false };
}

function partitioned(
  stream: StreamParts,
  prefix: string | undefined,
  key: Serde<unknown> | undefined,
  value: Serde<unknown> | undefined,
): StreamParts {
  return stream.repartitionRequired ? repartitionForJoin(stream, prefix ?? stream.name, key, value) : stream;
}

function windowNode(name: string, store: StoreSpec): OperatorNode {
  return new OperatorNode(name, () => ({ operator: { kind: 'streamJoinWindow', store: store.name }, stores: [store] }));
}

function windowSpec(
  name: string,
  key: Serde<unknown> | undefined,
  value: Serde<unknown> | undefined,
  windows: JoinWindows,
  options: AnyOptions,
  own: StoreSpec | undefined,
): WindowSpec {
  return {
    ...(own === undefined ? common(options) : { ...placeOf(own), caching: false, logging: own.logging }),
    kind: 'window',
    format: 'plain',
    name: own?.name ?? name,
    key,
    value,
    retentionMs: windows.retentionMs,
    windowSizeMs: windows.sizeMs,
    retainDuplicates: true,
    logHeaders: true,
  };
}

function placeOf({ engine }: CommonSpec): Pick<CommonSpec, 'engine' | 'engineOpen'> {
  return { engine };
}

/** @throws MillraceError CONFIG_INVALID when a store of the user's does not keep what the join needs */
function checkStores(one: StoreSpec | undefined, other: StoreSpec | undefined, windows: JoinWindows): void {
  checkStore('thisStore', one, windows);
  checkStore('otherStore', other, windows);
  if (one === undefined || one.name !== other?.name) return;
  throw new MillraceError(
    'CONFIG_INVALID',
    `thisStore and otherStore of a join are both called ${one.name}; give each side a store of its own`,
    { option: 'otherStore', store: one.name },
  );
}

function checkStore(option: string, store: StoreSpec | undefined, windows: JoinWindows): void {
  if (store === undefined) return;
  const { name } = store;
  const refuse = (problem: string): MillraceError =>
    new MillraceError('CONFIG_INVALID', `${option} of a join, ${name}, ${problem}`, { option, store: name });
  if (store.kind !== 'window' || store.format !== 'plain') {
    throw refuse('is no window store; make it with stores.window()');
  }
  const { retainDuplicates, retentionMs, windowSizeMs } = store;
  if (retainDuplicates !== true) {
    throw refuse('keeps one record of a key and time only; make it with retainDuplicates: true');
  }
  const retention = windows.sizeMs + windows.graceMs;
  if (windowSizeMs === windows.sizeMs && retentionMs === retention) return;
  throw refuse(
    `has a windowSize of ${String(windowSizeMs)} ms and a retention of ${String(retentionMs)} ms; the windows of the join need exactly ${String(windows.sizeMs)} ms and ${String(retention)} ms (with their grace)`,
  );
}

/** Stores of joins are never cached. */
function common({
  engine,
  logging = true,
}: AnyOptions): Pick<CommonSpec, 'engine' | 'engineOpen' | 'caching' | 'logging'> {
  const where = engine === undefined ? ({ engine: 'level', engineOpen: true } as const) : { engine };
  return { ...where, caching: false, logging: logging === true ? {} : logging === false ? false : { ...logging } };
}
