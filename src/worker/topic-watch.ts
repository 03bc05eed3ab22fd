/** Notices topics that have come to match a pattern of the topology, so that the group can share them out. */
import type { Admin } from '../broker/port.js';
import type { Logger } from '../observe/logger.js';
import type { Clock } from '../time/clock.js';
import { resolveSourceTopics } from '../topology/source-topics.js';
import type { Topology } from '../topology/topology.js';
import type { TopicPlan } from './topic-plan.js';

interface TopicWatchParts {
  readonly topology: Topology;
  readonly applicationId: string;
  readonly admin: Admin;
  readonly plan: { readonly current: TopicPlan };
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly changed: () => void;
}

/** Asks the cluster now and then; does nothing when all sources are named topics. */
export class TopicWatch {
  private last: number;
  private asking: Promise<void> | null = null;
  private readonly needed: boolean;

  constructor(private readonly parts: TopicWatchParts) {
    this.last = parts.clock.now();
    this.needed = parts.topology.subTopologies().some((one) => one.sourcePatterns.length > 0);
  }

  /** Called by the loop as often as it likes. */
  poll(): void {
    const { clock, intervalMs, logger } = this.parts;
    if (!this.needed || this.asking !== null || clock.now() - this.last < intervalMs) return;
    this.last = clock.now();
    this.asking = this.look()
      .catch((error: unknown) => {
        logger.warn('topics could not be listed; they are asked for again later', { error: String(error) });
      })
      .finally(() => {
        this.asking = null;
      });
  }

  async idle(): Promise<void> {
    await this.asking;
  }

  private async look(): Promise<void> {
    const { topology, applicationId, admin, plan, changed } = this.parts;
    const found = resolveSourceTopics(topology, applicationId, await admin.listTopics());
    const known = plan.current.sources;
    const differs = [...found].some(([node, topics]) => topics.join() !== (known.get(node) ?? []).join());
    if (differs) changed();
  }
}
