/** Beside a record's way: how old records are when they are taken from a topic and when they are written to one. */
import { Histogram } from './histogram.js';
import { AGE, END_TO_END, type Lengths } from './length-metrics.js';

/** Of all tasks of an instance, by topic and by sink: their number does not grow with the partitions. */
export class RecordLatency {
  private readonly bySource = new Map<string, Histogram>();
  private readonly bySink = new Map<string, { readonly topic: string | null; readonly endToEnd: Histogram }>();

  /** @param lengths is told all lengths, too */
  constructor(private readonly lengths: Lengths | null = null) {}

  /** Made when it is first asked for. */
  source(topic: string): Histogram {
    let found = this.bySource.get(topic);
    if (found === undefined) {
      found = new Histogram(this.lengths?.(AGE, { topic }));
      this.bySource.set(topic, found);
    }
    return found;
  }

  /** @param topic null: a function chooses it for each record */
  sink(node: string, topic: string | null): Histogram {
    let found = this.bySink.get(node);
    if (found === undefined) {
      const endToEnd = new Histogram(this.lengths?.(END_TO_END, { node, topic: topic ?? '' }));
      this.bySink.set(node, (found = { topic, endToEnd }));
    }
    return found.endToEnd;
  }

  get sources(): readonly { readonly topic: string; readonly age: Histogram }[] {
    return [...this.bySource].map(([topic, age]) => ({ topic, age }));
  }

  get sinks(): readonly { readonly node: string; readonly topic: string | null; readonly endToEnd: Histogram }[] {
    return [...this.bySink].map(([node, { topic, endToEnd }]) => ({ node, topic, endToEnd }));
  }
}
