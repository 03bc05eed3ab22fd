/** The contract of an engine of the user's own: a place for the committed bytes of stores besides LevelDB and the heap. */
import type { StateBackend } from './backend.js';

/** Whose state is opened, and where it may be kept. */
export interface EnginePlace {
  readonly applicationId: string;
  /** `<sub-topology>_<partition>`: each task has a backend of its own. */
  readonly task: string;
  /** For an engine that keeps files: nobody else uses this folder. It is not made yet, or as the engine left it. */
  readonly folder: string;
  /** Bytes of memory that the backend of one task may take: its share of `stateStoreMemoryBytes`. */
  readonly memoryBytes: number;
  /** Logs a warning that names the task. */
  readonly warn: (message: string) => void;
}

/**
 * Opens a place for the stores of a task, wherever an `engine` or `dslStores` can be chosen. It keeps bytes only: changes since the
 * last commit, caches, changelogs, formats and what a commit is stay Millrace's, so that an engine has to do no more than keep sorted
 * bytes and write batches whole. `stateBackendContract` of `millrace/testing` checks that it does.
 * Kafka Streams: `DslStoreSuppliers`, and the suppliers that `Materialized.as` takes.
 */
export interface EngineSupplier {
  /** Letters, digits and dashes. Folders and messages are named after it, so it stays the same over restarts. */
  readonly name: string;
  /**
   * Called once for each task that has stores of this engine, before they are restored; all of them share what it gives, which is
   * closed with the task. What an earlier backend of the same application and task wrote is there again, where it is `persistent`:
   * then restoring goes on from there. With an empty one stores are restored from the start of their changelogs.
   * @throws whatever keeps it from being opened: the application fails then, as it does when a disk fails
   */
  open(place: EnginePlace): StateBackend | Promise<StateBackend>;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9-]*$/;

/** Says what keeps a value from being an engine, null when it is one. */
export function engineFault(value: unknown): string | null {
  if (value === 'level' || value === 'memory') return null;
  const supplier = value as Partial<Record<keyof EngineSupplier, unknown>> | null;
  if (typeof supplier !== 'object' || supplier === null) {
    return `must be 'level', 'memory' or an engine of your own, not ${String(value)}`;
  }
  if (typeof supplier.open !== 'function') return "must be 'level', 'memory' or an object with a name and open()";
  if (typeof supplier.name === 'string' && NAME.test(supplier.name)) return null;
  return `must have a name of letters, digits and dashes, not ${String(supplier.name)}`;
}
