/** What a kind of fault is, and what it is done to. */
import type { RunningKafka } from '../../../src/local-kafka/options.js';
import type { KafkaProxy } from '../../../src/local-kafka/proxy/proxy.js';
import type { Draw } from '../../parity/draw.js';
import type { Journal } from './journal.js';
import type { SuiteTopics } from './order.js';
import type { PlannedFault, RunPlan } from './plan.js';
import type { Supervised } from './supervised.js';
import type { Witness } from './witness.js';

export interface Stage {
  readonly plan: RunPlan;
  readonly kafka: RunningKafka;
  readonly witness: Witness;
  /** What the witness has seen so far. */
  readonly journal: Journal;
  readonly applicationId: string;
  readonly topics: SuiteTopics;
  readonly instances: readonly Supervised[];
  /** The network of an instance. */
  proxyOf(instance: Supervised): KafkaProxy;
  /** One after the other: brokers that go down at the same time would be another fault than any of them. */
  aloneWithBrokers<T>(work: () => Promise<T>): Promise<T>;
  readonly say: (line: string) => void;
}

export interface FaultKind {
  readonly name: string;
  readonly description: string;
  /** How often it is drawn, beside the others. */
  readonly weight: number;
  fits(run: Omit<RunPlan, 'faults'>): boolean;
  lastsMs(draw: Draw, run: Omit<RunPlan, 'faults'>): number;
  /**
   * From all is well to all is well again, as far as it lies with the fault.
   * @returns why it could not be done here, if so
   */
  run(stage: Stage, fault: PlannedFault): Promise<string | undefined>;
}

export function instanceOf({ instances }: Stage, { target }: PlannedFault): Supervised {
  return instances[target % instances.length]!;
}
