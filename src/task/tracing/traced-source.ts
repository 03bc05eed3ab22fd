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

  override receive(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const { tracing } = this;
    if (tracing.unasked > 0 && headers.length === 0) {
      tracing.unasked -= 1;
      super.receive(key, value, timestamp, headers);
      return;
    }
    const { record } = this.context;
    if (record.topic === null) {
      super.receive(key, value, timestamp, headers);
      return;
    }
    const given = tracing.taken(record.topic, record.partition, record.offset, headers);
    if (given === headers) super.receive(key, value, timestamp, headers);
    else this.receiveTraced(key, value, timestamp, given);
  }

  // A closure stands in a method of its own: in one that runs for every record it would cost each of them a scope.
  private receiveTraced(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const { record, pending, turn } = this.context;
    record.headers = headers;
    this.tracing.within(() => {
      super.receive(key, value, timestamp, headers);
    });
    this.tracing.processed((pending?.count ?? 0) > 0 || turn.unfinished);
  }
}
