/** The test driver waits for nothing: what a serde would have to fetch must be there at once. */
import { MillraceError } from '../errors/error.js';
import type { Task } from '../task/task.js';

/** @throws MillraceError STATE_INVALID when the next record waits for its serde */
export function mustNotStall(task: Task): void {
  const queue = task.stalled;
  if (queue === undefined) return;
  throw new MillraceError(
    'STATE_INVALID',
    `a record of ${queue.topic} waits for a schema, and the test driver waits for nothing; give schemaRegistry a client that answers at once, inMemoryRegistry()`,
    { topic: queue.topic },
  );
}
