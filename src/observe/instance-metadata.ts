/** Where the tasks and stores of an application are, as one of its instances knows it: plain data. */
import type { Duration } from '../time/duration.js';

/** Who has a task. */
export interface TaskOwner {
  /** `host:port` that it told the group (`applicationServer`); null only of this instance, when it has told none. */
  readonly host: string | null;
  /** It is the instance that was asked. */
  readonly isHere: boolean;
}

/** Records that wait in a partition of an input. */
export interface InputLag {
  readonly topic: string;
  readonly partition: number;
  /** Null while it is not known: before the first answer, and while a broker is away. */
  readonly lag: number | null;
}

/** How far a part of a store is. Kafka Streams: `LagInfo`. */
export interface StoreLag {
  readonly store: string;
  readonly task: string;
  readonly partition: number;
  /** Changelog offsets that are still to be read before its task runs; 0 where it runs. */
  readonly lag: number;
}

/** How far an instance is behind. Kafka Streams: `allLocalStorePartitionLags`, of stores alone. */
export interface InstanceLags {
  /** Of the tasks that run. */
  readonly inputs: readonly InputLag[];
  /** Those that are being restored, too. */
  readonly stores: readonly StoreLag[];
}

/** Kafka Streams: `StreamsMetadata`. */
export interface InstanceMetadata extends TaskOwner {
  /** `<sub-topology>_<partition>`, of this instance those that run. */
  readonly tasks: readonly string[];
  /** What these read. */
  readonly partitions: readonly { readonly topic: string; readonly partition: number }[];
  /** Stores of which it has a part, and all global ones. */
  readonly stores: readonly string[];
  /** Null where it is not known: of other instances, until they are asked (`askInstances`). */
  readonly lags: InstanceLags | null;
}

/** How instances are asked about themselves. */
export interface InstancesAsked {
  /** For how long each may take to answer; all are asked at once. Default 2 s. */
  readonly timeout?: Duration | undefined;
}

/** An instance, as it says of itself when it is asked. */
export interface AskedInstance extends InstanceMetadata {
  /** Why it could not be asked; null: it was. */
  readonly problem: string | null;
}

/** Kafka Streams: `KeyQueryMetadata`. */
export interface KeyMetadata {
  readonly store: string;
  /** The task whose part of the store would have the key; null for a global store, which every instance has whole. */
  readonly task: string | null;
  /** -1 for a global store. */
  readonly partition: number;
  /** Null while nobody is known to have it: the task is on its way to another instance, or its owner has told no `applicationServer`. */
  readonly owner: TaskOwner | null;
}
