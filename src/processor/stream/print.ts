/** Writes a line `[label]: key, value` for every record and ends the way. Kafka Streams: `KStreamPrint`. */
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import type { ProcessingContext } from '../context.js';
import { RunningNode } from '../node.js';

type Format = (value: unknown, key: unknown, record: RecordView) => unknown;

export class PrintNode extends RunningNode {
  constructor(
    name: string,
    context: ProcessingContext,
    private readonly write: (line: string) => void,
    private readonly label: string,
    private readonly format: Format | null,
  ) {
    super(name, context);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const record = this.context.record;
    record.timestamp = timestamp;
    record.headers = headers;
    const text = this.format === null ? `${show(key)}, ${show(value)}` : show(this.format(value, key, record));
    this.write(`[${this.label}]: ${text}`);
  }
}

function show(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return JSON.stringify(value);
  }
  return String(value);
}
