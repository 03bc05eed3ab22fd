/** Where an application runs: on the JVM or here. Both are asked in the same way. */
import type { MovingApplication } from './applications/application.js';

export interface RunPlan {
  readonly application: MovingApplication;
  readonly applicationId: string;
  readonly brokers: readonly string[];
  readonly inputs: readonly string[];
  readonly output: string;
  /** An empty folder: what was known before is in Kafka, or nowhere. */
  readonly stateDir: string;
}

export interface RunningSide {
  /** The topology as it describes itself. */
  readonly description: string;
  /** Rejects when the application fails. */
  readonly failed: Promise<never>;
  /** Commits, leaves the group, and tells how many records were restored from changelogs. */
  close(): Promise<number>;
}

export interface Side {
  readonly name: 'jvm' | 'millrace';
  start(plan: RunPlan): Promise<RunningSide>;
}
