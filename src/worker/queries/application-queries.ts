/** The queries of an application, whichever running parts it has at the moment: none, or others after a failure. */
import { AskOwner } from '../../query/ask-owner.js';
import { QueryError } from '../../query/query-error.js';
import { StoreQueries } from '../../query/store-queries.js';
import type { InstanceTransport } from '../../query/transport.js';
import type { Questions } from './questions.js';

interface Asked {
  /** Null before the start, and between a failure and the next try. */
  readonly questions: () => Questions | null;
  /** Why nothing can be asked; null: all is well. */
  readonly over: () => string | null;
  /** What the instances of the application show each other. */
  readonly token: string | null;
  /** How they ask each other. Default: over plain HTTP. */
  readonly transport: InstanceTransport;
}

/** @internal */
export function applicationQueries({ questions, over, token, transport }: Asked): StoreQueries {
  const owners = {
    ownerOf: (task: string) => questions()?.ownerOf(task) ?? null,
    askHere: (question: Parameters<Questions['answer']>[0]) =>
      questions()?.answer(question) ?? ({ reason: 'NOT_ACTIVE', message: 'the instance begins anew' } as const),
    over,
  };
  const running = (store: string): Questions => {
    const reason = over();
    const asked = questions();
    if (asked !== null && reason === null) return asked;
    throw new QueryError('NOT_ACTIVE', reason ?? 'the instance begins anew', { store });
  };
  return new StoreQueries(
    new AskOwner(owners, token, transport),
    (name) => running(name).storeToAsk(name),
    (name, keys, most, all) => running(name).followed.follow(name, keys, most, all),
    (wanted) => running(wanted.store).histories.read(wanted),
  );
}
