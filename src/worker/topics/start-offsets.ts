/** Chooses where a partition is read from when no committed offset says so, or one that is not in the log. */
import type { Admin, PartitionOffset } from '../../broker/port.js';
import type { Config } from '../../config.js';
import { MillraceError } from '../../errors/error.js';
import { offsetResetTarget, offsetResetText, type OffsetReset } from '../../topology/offset-reset.js';
import type { Topology } from '../../topology/topology.js';
import type { InputPartition } from './topic-plan.js';

interface StartOffsetsParts {
  readonly topology: Topology;
  readonly config: Pick<Config, 'autoOffsetReset' | 'clock'>;
  readonly admin: Pick<Admin, 'listOffsets'>;
}

/** A source's own policy counts, and the application's only where a source has none. */
export class StartOffsets {
  constructor(private readonly parts: StartOffsetsParts) {}

  /** What an application has written for itself is read whole, whatever is said of its inputs. */
  policyOf(source: string): OffsetReset {
    const { topology, config } = this.parts;
    const node = topology.node(source);
    if (node?.type !== 'source') return config.autoOffsetReset;
    const { topics, offsetReset } = node;
    if (!(topics instanceof RegExp) && topics.some((topic) => topology.repartitionTopics.has(topic))) return 'earliest';
    return offsetReset ?? config.autoOffsetReset;
  }

  /**
   * @param why what makes a start necessary, for the error where none is allowed
   * @throws MillraceError OFFSET_OUT_OF_RANGE when the policy is `none`, TOPIC_MISSING
   */
  async find({ topic, partition, source }: InputPartition, why: string): Promise<PartitionOffset> {
    const target = offsetResetTarget(this.policyOf(source), this.parts.config.clock.now());
    if (target === null) {
      const { topology, config } = this.parts;
      const node = topology.node(source);
      const own = node?.type === 'source' && node.offsetReset !== null;
      const option = own ? `the offsetReset of source ${source}` : 'autoOffsetReset';
      throw new MillraceError(
        'OFFSET_OUT_OF_RANGE',
        `${why}, and ${option} is ${offsetResetText(own ? node.offsetReset : config.autoOffsetReset)}; commit an offset that exists for the group, or allow a reset`,
        { topic, partition, node: source },
      );
    }
    const [start] = await this.parts.admin.listOffsets([{ topic, partition }], target);
    if (start === undefined) throw new MillraceError('TOPIC_MISSING', `topic ${topic} is gone`, { topic, partition });
    return start;
  }
}
