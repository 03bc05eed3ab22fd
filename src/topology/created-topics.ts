/** Beside a topology: how topics that it names are made, where an application is to make them. */
export interface CreateTopics {
  /** Default 1. */
  readonly partitions?: number | undefined;
  /** Default: as the option `replicationFactor` says. */
  readonly replicationFactor?: number | undefined;
  /** E.g. `{ 'retention.ms': '-1' }`. Default: the broker's. */
  readonly config?: Readonly<Record<string, string>> | undefined;
}
