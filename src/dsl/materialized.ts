/** Turns what a user says about the state of an operator into the description of a store. */
import { MillraceError } from '../errors/error.js';
import { refuseUnknownOptions } from '../errors/unknown-option.js';
import type { Serde } from '../serde/serde.js';
import type { CommonSpec, KeyValueSpec, SessionSpec, StoreFormat, VersionedSpec, WindowSpec } from '../store/spec.js';
import { toMilliseconds, type Duration } from '../time/duration.js';
import type { EmitStrategy } from '../time/emit-strategy.js';
import type { SessionWindows } from '../time/session-windows.js';
import type { FixedWindows } from '../time/windows.js';
import { VERSIONED, type MaterializedOptions, type TableStoreOptions, type VersionedOptions } from './options.js';

/** The same options whatever the types. */
interface AnyMaterialized extends Omit<MaterializedOptions<unknown, unknown>, 'value'>, TableStoreOptions {
  readonly value?: Serde<unknown> | undefined;
  readonly retention?: Duration | undefined;
}

/** What a store falls back to when the options do not say. */
export interface OperatorStore {
  readonly name: string;
  readonly key: Serde<unknown> | undefined;
  readonly value: Serde<unknown> | undefined;
}

/**
 * Whether anything was said about the state. Kafka Streams numbers operators differently with and without a `Materialized`;
 * a store name, a serde or any other option of it counts as one.
 */
export function saysMaterialized(options: AnyMaterialized): boolean {
  return (
    options.store !== undefined ||
    options.key !== undefined ||
    options.value !== undefined ||
    options.caching !== undefined ||
    options.logging !== undefined ||
    options.engine !== undefined ||
    options.headers !== undefined ||
    options.versioned !== undefined ||
    options.retention !== undefined
  );
}

/**
 * A store of one value a key, or of its history.
 * @throws MillraceError CONFIG_INVALID for a history without a store name, or with times that make no sense
 */
export function keyValueSpec(options: AnyMaterialized, defaults: OperatorStore): KeyValueSpec | VersionedSpec {
  const { store, versioned } = options;
  if (versioned === undefined)
    return { ...common(options, defaults), kind: 'keyValue', ...formatOf(options, 'timestamped') };
  if (store === undefined) {
    throw new MillraceError('CONFIG_INVALID', `a versioned table needs a name for its store: { store: 'prices', … }`, {
      option: 'versioned',
    });
  }
  if (options.headers === true) {
    throw new MillraceError('CONFIG_INVALID', `the history of store ${store} has no headers: leave out headers`, {
      option: 'headers',
      store,
    });
  }
  return {
    ...common(options, defaults),
    kind: 'versioned',
    format: 'plain',
    caching: false,
    ...history(versioned, store),
  };
}

function history(versioned: VersionedOptions, store: string): Pick<VersionedSpec, 'retentionMs' | 'segmentIntervalMs'> {
  refuseUnknownOptions(`versioned of store ${store}`, versioned, VERSIONED);
  const retentionMs = toMilliseconds(versioned.historyRetention, 'historyRetention');
  if (versioned.segmentInterval === undefined) return { retentionMs };
  const segmentIntervalMs = toMilliseconds(versioned.segmentInterval, 'segmentInterval');
  if (segmentIntervalMs < 1) {
    throw new MillraceError('CONFIG_INVALID', `segmentInterval of store ${store} must be at least 1 ms`, {
      option: 'segmentInterval',
      store,
    });
  }
  return { retentionMs, segmentIntervalMs };
}

/**
 * A store of one value a key and window.
 * @throws MillraceError CONFIG_INVALID when the retention is shorter than windows take records
 */
export function windowSpec(
  options: AnyMaterialized,
  defaults: OperatorStore,
  windows: FixedWindows,
  emit: EmitStrategy = 'onWindowUpdate',
): WindowSpec {
  const least = windows.leastRetentionMs;
  const retentionMs = options.retention === undefined ? least : toMilliseconds(options.retention, 'retention');
  if (retentionMs < least) {
    throw new MillraceError(
      'CONFIG_INVALID',
      `the retention of store ${defaults.name} is ${String(retentionMs)} ms, but its windows are needed for ${String(least)} ms (${windows.kind === 'sliding' ? 'twice the time difference of' : 'size'} ${String(windows.sizeMs)} ms and grace ${String(windows.graceMs)} ms); give it at least that`,
      { option: 'retention', store: defaults.name },
    );
  }
  const spec: WindowSpec = {
    ...common(options, defaults),
    kind: 'window',
    ...formatOf(options, 'timestamped'),
    retentionMs,
    windowSizeMs: windows.sizeMs,
  };
  if (emit !== 'onWindowClose') return spec;
  // What is emitted is the same; but as long as they are cached, rows that have expired can be looked up.
  return { ...spec, caching: spec.caching && windows.kind !== 'sliding', keepsClosed: true };
}

/**
 * A store of one value a key and session.
 * @throws MillraceError CONFIG_INVALID when the retention is shorter than sessions take records
 */
export function sessionSpec(
  options: AnyMaterialized,
  defaults: OperatorStore,
  windows: SessionWindows,
  emit: EmitStrategy = 'onWindowUpdate',
): SessionSpec {
  const least = windows.gapMs + windows.graceMs;
  const retentionMs = options.retention === undefined ? least : toMilliseconds(options.retention, 'retention');
  if (retentionMs < least) {
    throw new MillraceError(
      'CONFIG_INVALID',
      `the retention of store ${defaults.name} is ${String(retentionMs)} ms, but its sessions take records for ${String(least)} ms (gap ${String(windows.gapMs)} ms and grace ${String(windows.graceMs)} ms); give it at least that`,
      { option: 'retention', store: defaults.name },
    );
  }
  const spec: SessionSpec = {
    ...common(options, defaults),
    kind: 'session',
    ...formatOf(options, 'plain'),
    retentionMs,
    sessionGapMs: windows.gapMs,
  };
  return emit === 'onWindowClose' ? { ...spec, caching: false, keepsClosed: true } : spec;
}

/** What stands in front of the values of a store: what nobody said is the application's to say. */
function formatOf<F extends StoreFormat>(
  { headers }: AnyMaterialized,
  without: F,
): { readonly format: F | 'headers'; readonly formatOpen?: true } {
  if (headers === undefined) return { format: without, formatOpen: true };
  return { format: headers ? 'headers' : without };
}

function common(options: AnyMaterialized, defaults: OperatorStore): CommonSpec {
  return {
    name: defaults.name,
    key: options.key ?? defaults.key,
    value: options.value ?? defaults.value,
    engine: options.engine ?? 'level',
    ...(options.engine === undefined ? { engineOpen: true } : {}),
    caching: options.caching ?? true,
    logging: changelogConfig(options.logging),
  };
}

/** Whether there is a changelog, and how its topic is configured. */
export function changelogConfig(
  logging: MaterializedOptions<unknown, unknown>['logging'] = true,
): CommonSpec['logging'] {
  return logging === true ? {} : logging === false ? false : { ...logging };
}
