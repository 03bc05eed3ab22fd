/** What the judge knows of an operator: how to draw it, and how to build it with our DSL. */
import type { BuildSite } from '../build-site.js';
import type { Step } from '../plan.js';
import type { Workbench } from '../workbench.js';

export interface ParityOperator {
  /** Name in plans and in the coverage. */
  readonly op: string;
  /** How often it is drawn, against the others. */
  readonly weight: number;
  /** The step, with handles for what it makes; null when there is nothing that it could be called on. */
  readonly draw: (bench: Workbench) => Omit<Step, 'op'> | null;
  readonly build: (step: Step, site: BuildSite) => void;
  /** Kinds of it that are counted on their own. */
  readonly features?: (step: Step) => readonly string[];
}
