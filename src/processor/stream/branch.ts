/** Sends each record to the first branch whose predicate holds; a record without one ends here. Kafka Streams: `KStreamBranch`. */
import type { Headers } from '../../record/headers.js';
import type { RecordView } from '../../record/record-context.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import type { Passage } from '../passage.js';
import { returnedVerdict } from '../returned.js';

/** A null predicate always holds: the default branch. */
interface Branch {
  readonly predicate: ((value: unknown, key: unknown, record: RecordView) => boolean) | null;
  readonly child: string;
}

export class BranchNode extends RunningNode {
  /** Null where a branch is not used by anything downstream. */
  private targets: (Passage | null)[] = [];

  constructor(
    name: string,
    context: NodeContext,
    private readonly branches: readonly Branch[],
  ) {
    super(name, context);
  }

  override init(): void {
    this.targets = this.branches.map((branch) => this.child(branch.child)?.passage ?? null);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    const record = this.context.record;
    record.timestamp = timestamp;
    record.headers = headers;
    for (let i = 0; i < this.branches.length; i++) {
      const predicate = (this.branches[i] as Branch).predicate;
      if (predicate !== null && !returnedVerdict(predicate(value, key, record), 'the predicate of a branch')) continue;
      (this.targets[i] as Passage | null)?.receive(key, value, timestamp, headers);
      return;
    }
  }
}
