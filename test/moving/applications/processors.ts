/** Applications with a processor and a store of the user's own. */
import { stores } from '../../../src/dsl/stores.js';
import type { Processor } from '../../../src/processor/api/processor.js';
import type { ProcessorContext } from '../../../src/processor/api/processor-context.js';
import type { Record } from '../../../src/processor/api/record.js';
import { serdes } from '../../../src/serde/serdes.js';
import type { KeyValueStore } from '../../../src/store/key-value-store.js';
import { TEXTS, type MovingApplication } from './application.js';

const SEEN = stores.keyValue({ name: 'seen', key: serdes.string(), value: serdes.long() });

/** Counts the records of a key; every fifth is told with its number and begins the count anew. */
class Counting implements Processor<string | null, string | null, string, string> {
  private context!: ProcessorContext<string, string>;
  private seen!: KeyValueStore<string, number>;

  init(context: ProcessorContext<string, string>): void {
    this.context = context;
    this.seen = context.getStateStore(SEEN);
  }

  process(record: Record<string | null, string | null>): void {
    const { key, value } = record;
    if (key === null) return;
    const count = (this.seen.get(key) ?? 0) + 1;
    if (count < 5) {
      this.seen.put(key, count);
      return;
    }
    this.seen.delete(key);
    this.context.forward(record.withKey(key).withValue(`${String(value)}#${count}`));
  }
}

export const PROCESSORS: readonly MovingApplication[] = [
  {
    name: 'processor-with-store',
    inputs: ['events'],
    write: (builder, [input], output) => {
      builder
        .addStateStore(SEEN)
        .stream(input!, TEXTS)
        .process<string, string>(() => new Counting(), { stores: ['seen'] })
        .to(output, TEXTS);
    },
    certain: 'sequence',
    changelogs: ['seen'],
  },
];
