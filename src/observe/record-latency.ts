/** Beside a record's way: how old records are when they are taken from a topic and when they are written to one. */
import { Histogram } from './histogram.js';

/** Of all tasks of an instance, by topic and by sink: their number does not grow with the partitions. */
export class RecordLatency {
  private readonly bySource = new Map<string, Histogram>();
  private readonly bySink = new Map<string, { readonly topic: string | null; readonly endToEnd: Histogram }>();

  /** Made when it is first asked for. */
  source(topic: string): Histogram {
    let found = this.bySource.get(topic);
    if (found === undefined) this.bySource.set(topic, (found = new Histogram()));
    return found;
  }

  /** @param topic null: a function chooses it for each record */
  sink(node: string, topic: string | null): Histogram {
    let found = this.bySink.get(node);
    if (found === undefined) this.bySink.set(node, (found = { topic, endToEnd: new Histogram() }));
    return found.endToEnd;
  }

  get sources(): readonly { readonly topic: string; readonly age: Histogram }[] {
    return [...this.bySource].map(([topic, age]) => ({ topic, age }));
  }

  get sinks(): readonly { readonly node: string; readonly topic: string | null; readonly endToEnd: Histogram }[] {
    return [...this.bySink].map(([node, { topic, endToEnd }]) => ({ node, topic, endToEnd }));
  }
}
