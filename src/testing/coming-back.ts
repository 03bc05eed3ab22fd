/** Beside the test driver: notices records that come back without an end, since the topology writes what it reads. */
import { MillraceError } from '../errors/error.js';

/** No topology is so deep, and nothing that ends goes round so often. */
const MOST_ROUNDS = 10_000;
/** Each record may bring forth several. */
const MOST_RECORDS = 1_000_000;

export class ComingBack {
  private rounds = 0;
  private records = 0;
  /** Records of this round that are not processed yet, and those of the next. */
  private left = 0;
  private next = 0;
  private topic = '';

  /** Something comes from outside. */
  begin(): void {
    this.rounds = this.records = this.next = 0;
    this.left = 1;
  }

  /** What the topology has written goes into it again. */
  returned(topic: string): void {
    this.next += 1;
    this.records += 1;
    this.topic = topic;
  }

  /** @throws MillraceError TOPOLOGY_INVALID when there is no end to it */
  processed(): void {
    this.left -= 1;
    if (this.left > 0) return;
    this.left = this.next;
    this.next = 0;
    this.rounds += 1;
    if (this.rounds < MOST_ROUNDS && this.records < MOST_RECORDS) return;
    throw new MillraceError(
      'TOPOLOGY_INVALID',
      `records come back by way of ${this.topic} without an end: the topology writes to a topic that it reads. Write to another one, or let something end the circle, such as a filter`,
      { topic: this.topic },
    );
  }
}
