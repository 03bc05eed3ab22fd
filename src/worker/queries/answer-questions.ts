/** Answers questions of other instances, and of this one, from the tasks that run here: right, or not at all. */
import { Position, type Offsets } from '../../query/position.js';
import { QueryError } from '../../query/query-error.js';
import type { Question, QuestionAnswer } from '../../query/question.js';
import { MillraceError } from '../../errors/error.js';
import { reasonOf } from '../../errors/shown-value.js';
import { NotReady } from '../../serde/not-ready.js';
import type { StateStore } from '../../store/state-store.js';
import type { Task } from '../../task/task.js';
import { StoreAsker } from './ask-store.js';
import type { Pause } from './row-pages.js';
import type { QueriedStores, QueriedStore } from './queried-stores.js';

/** How long a walk goes on without a pause, ms. */
const SLICE_MS = 5;

interface Here {
  running(): readonly Task[];
  globalTask(): Task | null;
  /** Why nothing is answered now; null: all is well. */
  unfit(): string | null;
}

/** The part of a store that is here. */
interface Part {
  readonly task: Task;
  readonly store: StateStore;
  readonly described: QueriedStore;
}

export class Answering {
  constructor(
    private readonly stores: QueriedStores,
    private readonly here: Here,
  ) {}

  /** Never rejects: what goes wrong is the answer. At once, unless it takes a walk. */
  answer(question: Question): QuestionAnswer | Promise<QuestionAnswer> {
    try {
      const part = this.part(question);
      const position = this.position(part, question);
      const asker = this.asker(part, question);
      const found = asker.now(question.asked);
      if (found !== null) return { rows: [...found.rows], more: found.more, position };
      return this.walk(question, part, asker, position);
    } catch (error) {
      if (error instanceof NotReady) return error.until.then(() => this.answer(question));
      return failure(error);
    }
  }

  private async walk(question: Question, part: Part, asker: StoreAsker, position: Offsets): Promise<QuestionAnswer> {
    try {
      const { rows, more } = await asker.page(question.asked, this.pauseFor(part, question));
      this.mustStay(part, question);
      return { rows: [...rows], more, position };
    } catch (error) {
      if (error instanceof NotReady) {
        await error.until;
        return this.answer(question);
      }
      // A store that was closed meanwhile fails in ways of its own.
      if (this.find(question) !== part.task) return failure(this.notHere(question));
      return failure(error);
    }
  }

  private pauseFor(part: Part, question: Question): Pause {
    let until = performance.now() + SLICE_MS;
    return () => {
      if (performance.now() < until) return null;
      return new Promise((resolve) => setImmediate(resolve)).then(() => {
        until = performance.now() + SLICE_MS;
        this.mustStay(part, question);
      });
    };
  }

  private part(question: Question): Part {
    const described = this.stores.described(question.store);
    const unfit = this.here.unfit();
    if (unfit !== null && question.task !== null) throw new QueryError('NOT_ACTIVE', unfit, { task: question.task });
    const task = this.find(question);
    if (task === null) throw this.notHere(question);
    const store = task.state.stores.find(({ name }) => name === question.store);
    if (store === undefined) {
      throw new QueryError('DOES_NOT_EXIST', `task ${task.id} has no store ${question.store}`, {
        store: question.store,
      });
    }
    return { task, store, described };
  }

  private find({ task }: Question): Task | null {
    if (task === null) return this.here.globalTask();
    return this.here.running().find(({ id }) => id === task) ?? null;
  }

  private mustStay({ task }: Part, question: Question): void {
    if (this.find(question) !== task) throw this.notHere(question);
  }

  private notHere({ store, task }: Question): QueryError {
    if (task === null) return new QueryError('NOT_ACTIVE', `global store ${store} has not been read yet`, { store });
    return new QueryError('NOT_PRESENT', `task ${task} does not run on the instance that was asked`, { store, task });
  }

  private asker({ store, task, described }: Part, { isolation }: Question): StoreAsker {
    // What a global store holds is committed: it is made of its topic alone.
    const asked = isolation === 'latest' || described.isGlobal ? store : task.state.written(store.name);
    return new StoreAsker(asked, described.opening);
  }

  /** @throws QueryError NOT_UP_TO_BOUND, INVALID */
  private position({ task, described }: Part, { isolation, atLeast, store }: Question): Offsets {
    const written = isolation === 'readCommitted' && !described.isGlobal;
    const offsets: Record<string, Record<string, number>> = {};
    const topics = new Set<string>();
    for (const { topic, partition, offset } of task.storedUpTo(written, described.behindCaches)) {
      topics.add(topic);
      if (offset > 0) (offsets[topic] ??= {})[String(partition)] = offset - 1;
      const bound = atLeast[topic]?.[String(partition)] ?? -1;
      if (offset > bound) continue;
      throw new QueryError(
        'NOT_UP_TO_BOUND',
        `store ${store} has come to offset ${String(offset - 1)} of ${topic}-${String(partition)}, not to ${String(bound)}`,
        { store, task: task.id },
      );
    }
    const wanted = Object.keys(atLeast);
    if (wanted.length > 0 && !wanted.some((topic) => topics.has(topic))) {
      const read = [...topics].join(', ');
      throw new QueryError('INVALID', `store ${store} is made of ${read}, of which the position says nothing`, {
        store,
      });
    }
    return offsets;
  }
}

function failure(error: unknown): QuestionAnswer {
  if (error instanceof QueryError) return { reason: error.reason, message: error.said };
  const known = MillraceError.is(error) && error.code === 'STORE_UNAVAILABLE';
  return { reason: known ? 'NOT_ACTIVE' : 'STORE_EXCEPTION', message: reasonOf(error) };
}

/** How far a store is, of a part that is here. */
export function positionOf(answer: QuestionAnswer): Position {
  return 'rows' in answer ? Position.from(answer.position) : Position.EMPTY;
}
