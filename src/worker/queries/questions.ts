/** What an instance is asked from outside: its stores, and who has which part of them. */
import { MillraceError } from '../../errors/error.js';
import type { TaskId } from '../../group/ownership.js';
import type { InstanceLags, InstanceMetadata, KeyMetadata } from '../../observe/instance-metadata.js';
import type { Question, QuestionAnswer } from '../../query/question.js';
import type { Owner, StoreToAsk } from '../../query/store-to-ask.js';
import type { Task } from '../../task/task.js';
import type { InstanceDirectory } from '../group/instance-directory.js';
import type { QuestionWait } from '../loop/question-wait.js';
import type { SliceLength } from '../loop/slice-length.js';
import type { TopicPlan } from '../topics/topic-plan.js';
import { Answering } from './answer-questions.js';
import { FollowedStores } from './followed-stores.js';
import { KeyHistories, type HowToReadChangelogs } from './key-histories.js';
import { QueriedStores } from './queried-stores.js';
import { QuestionTurns } from './question-turns.js';
import { readStore } from './read-store.js';
import { StoreParts, type StoresOfInstance } from './store-parts.js';
import type { QueryableStoreType } from './store-readers.js';

interface Asked extends Omit<StoresOfInstance, 'partitions'> {
  readonly directory: InstanceDirectory;
  /** Null before the topics are known. */
  plan(): TopicPlan | null;
  /** The task of the global stores, once they have been read. */
  globalTask(): Task | null;
  /** Whether the group may have given the tasks to others, for all that is known here. */
  overdue(): boolean;
  /** Caches hold something back. */
  readonly caching: boolean;
  readonly changelogs: HowToReadChangelogs;
  /** How far this instance is behind. */
  lags(): InstanceLags;
  /** Told of each question: the loop gives way sooner while there are some. */
  readonly sliceLength: Pick<SliceLength, 'asked'>;
  /** Told of each question that is answered here. */
  readonly questionWait: Pick<QuestionWait, 'asked'>;
}

const OVERDUE = 'the coordinator of the group has not been heard of: the tasks may be with other instances by now';

export class Questions {
  private readonly stores: StoresOfInstance;
  private readonly answering: Answering;
  private readonly queried: QueriedStores;
  private readonly turns = new QuestionTurns();
  /** Who follows changes here. */
  readonly followed: FollowedStores;
  /** What changelogs have of keys. */
  readonly histories: KeyHistories;

  constructor(private readonly asked: Asked) {
    this.stores = {
      topology: asked.topology,
      config: asked.config,
      running: () => asked.running(),
      partitions: (subTopology) => asked.plan()?.tasks.get(subTopology) ?? 0,
      global: (name) => asked.global(name),
    };
    this.queried = new QueriedStores(this.stores, asked.caching);
    this.histories = new KeyHistories(this.queried, asked.changelogs);
    const here = { running: () => asked.running(), globalTask: () => asked.globalTask() };
    this.followed = new FollowedStores(this.queried, here);
    this.answering = new Answering(this.queried, {
      ...here,
      unfit: () => (asked.overdue() ? OVERDUE : null),
    });
  }

  /** What must be known to ask a store. @throws QueryError DOES_NOT_EXIST, NOT_ACTIVE */
  storeToAsk(name: string): StoreToAsk {
    this.asked.sliceLength.asked();
    return this.queried.toAsk(name);
  }

  ownerOf(task: string): Owner | null {
    return this.asked.directory.ownerOf(task as TaskId, new Set(this.asked.running().map(({ id }) => id)));
  }

  /** Answers from what this instance has; never rejects. */
  answer(question: Question): QuestionAnswer | Promise<QuestionAnswer> {
    this.asked.sliceLength.asked();
    this.asked.questionWait.asked();
    const wait = this.turns.wait();
    return wait === null ? this.answering.answer(question) : this.answerLater(question, wait);
  }

  /** @throws MillraceError STORE_UNAVAILABLE */
  store<Reader>(name: string, type: QueryableStoreType<Reader>): Reader {
    return readStore(name, type, this.stores);
  }

  /** Instances that told the group where they can be asked, this one first. */
  instances(): readonly InstanceMetadata[] {
    const plan = this.asked.plan();
    if (plan === null) return [];
    const tasks = this.asked.running().map(({ id }) => id as TaskId);
    return this.asked.directory.instances({ tasks, lags: this.asked.lags() }, this.asked.topology, plan);
  }

  /** Who would have a key. @throws MillraceError STORE_UNAVAILABLE */
  keyMetadata(store: string, key: unknown): KeyMetadata {
    const { directory } = this.asked;
    const parts = new StoreParts(store, this.stores);
    if (parts.isGlobal) return { store, task: null, partition: -1, owner: directory.self };
    const place = parts.placeOf(key);
    if (place === null) {
      throw new MillraceError('STORE_UNAVAILABLE', `the tasks of store ${store} are not known yet; wait for RUNNING`, {
        store,
      });
    }
    const own = new Set(this.asked.running().map(({ id }) => id));
    return { store, ...place, owner: directory.ownerOf(place.task, own) };
  }

  private async answerLater(question: Question, first: Promise<void>): Promise<QuestionAnswer> {
    for (let wait: Promise<void> | null = first; wait !== null; wait = this.turns.wait()) await wait;
    return this.answering.answer(question);
  }
}
