/** Turns the changes of a table into records of their new values. Kafka Streams: the node that `KTable.toStream` adds. */
import type { Headers } from '../../record/headers.js';
import { RunningNode } from '../node.js';
import { changeOf } from './change-of.js';

export class TableToStreamNode extends RunningNode {
  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    this.forward(key, changeOf(value).newValue, timestamp, headers);
  }
}
