/** Where a record enters a task that is traced: the source node, which lets those be followed that belong to a trace. */
import type { TaskTracing } from '../../observe/telemetry.js';
import type { NodeContext } from '../../processor/context.js';
import { PassNode } from '../../processor/stream/pass.js';
import type { Headers } from '../../record/headers.js';

/** Stands in place of the plain source node where the application has a tracing; else it does not exist. */
export class TracedSource extends PassNode {
  constructor(
    name: string,
    context: NodeContext,
    private readonly tracing: TaskTracing,
  ) {
    super(name, context);
  }

  // In process() and not around receive(): the plain source pays one call there, too.
  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const { tracing } = this;
    if (tracing.unasked > 0 && headers.length === 0) {
      tracing.unasked -= 1;
      this.forward(key, value, timestamp, headers);
    } else this.ask(key, value, timestamp, headers);
  }

  private ask(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const { topic, partition, offset } = this.context.record;
    const given = topic === null ? headers : this.tracing.taken(topic, partition, offset, headers);
    if (given === headers) this.forward(key, value, timestamp, headers);
    else this.follow(key, value, timestamp, given);
  }

  // A closure stands in a method of its own: in one that runs for every record it would cost each of them a scope.
  private follow(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const { record, pending, turn } = this.context;
    record.headers = headers;
    this.tracing.within(() => {
      this.forward(key, value, timestamp, headers);
    });
    this.tracing.processed((pending?.count ?? 0) > 0 || turn.unfinished);
  }
}
