/** Where the tasks and stores of an application are, as one of its instances knows it: plain data. */

/** Who has a task. */
export interface TaskOwner {
  /** `host:port` that it told the group (`applicationServer`); null only of this instance, when it has told none. */
  readonly host: string | null;
  /** It is the instance that was asked. */
  readonly isHere: boolean;
}

/** Kafka Streams: `StreamsMetadata`. */
export interface InstanceMetadata extends TaskOwner {
  /** `<sub-topology>_<partition>`, of this instance those that run. */
  readonly tasks: readonly string[];
  /** What these read. */
  readonly partitions: readonly { readonly topic: string; readonly partition: number }[];
  /** Stores of which it has a part, and all global ones. */
  readonly stores: readonly string[];
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
