/** Writes a line `[label]: key, value` for every record and ends the way. Kafka Streams: `KStreamPrint`. */
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { returnedNow } from '../returned.js';

type Format = (value: unknown, key: unknown, record: RecordView) => unknown;

export class PrintNode extends RunningNode {
  constructor(
    name: string,
    context: NodeContext,
    private readonly write: (line: string) => unknown,
    private readonly label: string,
    private readonly format: Format | null,
  ) {
    super(name, context);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const record = this.context.record;
    record.timestamp = timestamp;
    record.headers = headers;
    const text =
      this.format === null
        ? `${show(key)}, ${show(value)}`
        : show(returnedNow(this.format(value, key, record), 'the format of print()'));
    const result: unknown = this.write(`[${this.label}]: ${text}`);
    if (result instanceof Promise) this.context.unawaited(this.name, result, key, value);
  }
}

function show(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return JSON.stringify(value);
  }
  return String(value);
}
