/** Hands every record on: the node where merged streams come together. Kafka Streams: `PassThrough`. */
import type { Headers } from '../../record/headers.js';
import { RunningNode } from '../node.js';

export class PassNode extends RunningNode {
  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    this.forward(key, value, timestamp, headers);
  }
}
