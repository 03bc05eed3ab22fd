/** What a fault is, and what it is done to. */
import type { RunningKafka } from '../../src/local-kafka/options.js';
import type { Instance } from './instance.js';

/** Two instances that run, a load on them, and the cluster below. */
export interface Stage {
  /** Its proxies are named as the instances are: `one`, `two`. */
  readonly kafka: RunningKafka;
  readonly instances: readonly [Instance, Instance];
  readonly applicationId: string;
  /** From 1: for faults that choose another victim every time. */
  readonly attempt: number;
  readonly say: (line: string) => void;
}

export interface Fault {
  /** What it is called on the command line. */
  readonly name: string;
  readonly description: string;
  /**
   * How long the load goes on after the fault, in milliseconds. What is silent then is silent because of it; but a result
   * that goes wrong is put right by the next record of its key.
   */
  readonly loadAfterwardsMs: number;
  /** From all is well to all is well again, as far as it lies with the fault. */
  run(stage: Stage): Promise<void>;
}
