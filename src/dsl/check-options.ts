/** Checks what is passed to operators, so that a mistake is an error where it is made and not silence at run time. */
import { MillraceError } from '../errors/error.js';
import { shownValue } from '../errors/shown-value.js';
import { refuseUnknownOptions } from '../errors/unknown-option.js';
import { isSerde } from '../serde/is-serde.js';
import { engineFault } from '../store/engine-supplier.js';
import { JoinWindows } from '../time/join-windows.js';
import { checkName } from '../topology/names.js';
import { isOffsetReset, OFFSET_RESETS } from '../topology/offset-reset.js';

type Kind =
  | 'function'
  | 'serde'
  | 'name'
  | 'boolean'
  | 'text'
  | 'partitions'
  | 'logging'
  | 'engine'
  | 'storeFormat'
  | 'offsetReset'
  | 'names'
  | 'any';

const KINDS: Readonly<Record<string, Kind>> = {
  name: 'name',
  store: 'name',
  stores: 'names',
  key: 'serde',
  value: 'serde',
  otherValue: 'serde',
  timestampExtractor: 'function',
  partitioner: 'function',
  otherPartitioner: 'function',
  mapper: 'function',
  write: 'function',
  function: 'function',
  consumer: 'function',
  open: 'function',
  offsetReset: 'offsetReset',
  caching: 'boolean',
  headers: 'boolean',
  ensureExplicitInternalResourceNaming: 'boolean',
  logging: 'logging',
  engine: 'engine',
  dslStores: 'engine',
  dslStoreFormat: 'storeFormat',
  partitions: 'partitions',
  label: 'text',
};

/**
 * Checks the options of one call.
 * @param call names the operator in errors: `stream(orders)`
 * @throws MillraceError CONFIG_INVALID for an option that `allowed` does not name or that has a value of the wrong kind
 */
export function checkOptions(call: string, options: object, allowed: readonly string[]): void {
  if (isSerde(options)) {
    const text = allowed.includes('key') ? ' such as { key: serdes.string(), value: serdes.json() }' : '';
    throw new MillraceError('CONFIG_INVALID', `${call} takes options${text} here, not a serde`);
  }
  if (options instanceof JoinWindows) {
    const problem = `${call} takes options here, not JoinWindows: those are for joins of two streams; a table has one row for each key, however old`;
    throw new MillraceError('CONFIG_INVALID', problem);
  }
  refuseUnknownOptions(call, options, allowed);
  for (const [option, value] of Object.entries(options) as [string, unknown][]) {
    if (value === undefined) continue;
    const problem = problemOf(KINDS[option] ?? 'any', value, `option ${option} of ${call}`);
    if (problem !== null) {
      throw new MillraceError('CONFIG_INVALID', `option ${option} of ${call} ${problem}`, { option });
    }
  }
}

/** @throws MillraceError CONFIG_INVALID when an argument that must be a function is not */
export function checkFunction(call: string, argument: string, value: unknown): void {
  if (typeof value !== 'function') {
    throw new MillraceError('CONFIG_INVALID', `the ${argument} of ${call} must be a function, not ${typeof value}`, {
      option: argument,
    });
  }
}

/** @throws MillraceError CONFIG_INVALID, NAME_INVALID unless it is the name of a topic to write, or a function that chooses one */
export function checkTopic(call: string, topic: unknown): void {
  if (typeof topic === 'string') checkName(topic, `the topic of ${call}`);
  else if (typeof topic !== 'function') {
    const wanted = 'must be a name, or a function that chooses one for each record';
    throw new MillraceError('CONFIG_INVALID', `the topic of ${call} ${wanted}, not ${shownValue(topic)}`, {
      option: 'topic',
    });
  }
}

function problemOf(kind: Kind, value: unknown, what: string): string | null {
  switch (kind) {
    case 'function':
      return typeof value === 'function' ? null : `must be a function, not ${typeof value}`;
    case 'boolean':
      return typeof value === 'boolean' ? null : `must be true or false, not ${typeof value}`;
    case 'text':
      return typeof value === 'string' ? null : `must be a text, not ${typeof value}`;
    case 'name':
      checkName(value as string, what);
      return null;
    case 'serde':
      return isSerde(value)
        ? null
        : 'must be a serde: an object with serialize and deserialize, such as serdes.string()';
    case 'partitions':
      return Number.isInteger(value) && (value as number) >= 1 ? null : 'must be a whole number of at least 1';
    case 'logging':
      return typeof value === 'boolean' || isTextRecord(value)
        ? null
        : 'must be true, false or an object of topic configuration, such as { "segment.bytes": "10485760" }';
    case 'engine':
      return engineFault(value);
    case 'storeFormat':
      return value === 'default' || value === 'headers' ? null : "must be 'default' or 'headers'";
    case 'offsetReset':
      return isOffsetReset(value) ? null : `must be ${OFFSET_RESETS}, not ${shown(value)}`;
    case 'names':
      if (!Array.isArray(value)) return `must be a list of names, not ${typeof value}`;
      for (const name of value as unknown[]) {
        if (typeof name === 'object' && name !== null && 'name' in name)
          return 'must be a list of names: add the store itself with addStateStore(), or have the supplier bring it in its own stores';
        checkName(name as string, `a name in ${what}`);
      }
      return null;
    case 'any':
      return null;
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isTextRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string');
}
