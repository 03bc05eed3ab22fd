/** Asks whoever has a task, until there is an answer: over a rebalance, the end of an instance, or until a position is reached. */
import { bearer } from './bearer.js';
import { OwnerLane } from './owner-lane.js';
import { QueryError } from './query-error.js';
import type { Question, QuestionAnswer, RowsAnswer } from './question.js';
import type { AskedChanges } from './routed-changes.js';
import type { Owner } from './store-to-ask.js';
import type { TimeLimit } from './time-limit.js';
import type { InstanceTransport } from './transport.js';

export interface Owners {
  /** Null while nobody is known to have it. */
  ownerOf(task: string): Owner | null;
  /** Asks this instance; never rejects. */
  askHere(question: Question): QuestionAnswer | Promise<QuestionAnswer>;
  /** Why nothing can be asked any more; null: all is well. */
  over(): string | null;
}

/** Of one answer. */
export interface HowToAsk {
  readonly limit: TimeLimit;
  /** Nobody else is asked, and nothing is waited for. */
  readonly hereOnly: boolean;
}

/** Walks of many rows must not hold up questions about one. */
interface Lanes {
  readonly keys: OwnerLane;
  readonly walks: OwnerLane;
}

type Failure = Exclude<QuestionAnswer, RowsAnswer>;

const WALKS: ReadonlySet<Question['asked']['kind']> = new Set(['range', 'prefix', 'windowRange', 'sessionRange']);

export class AskOwner {
  private readonly lanes = new Map<string, Lanes>();

  constructor(
    private readonly owners: Owners,
    private readonly token: string | null,
    private readonly transport: InstanceTransport,
  ) {}

  answerHere(question: Question): QuestionAnswer | Promise<QuestionAnswer> {
    return this.owners.askHere(question);
  }

  /** @throws QueryError of the last attempt, when there is no answer in time */
  async ask(question: Question, how: HowToAsk): Promise<RowsAnswer> {
    const { limit, hereOnly } = how;
    const place = { store: question.store, task: question.task ?? undefined };
    let last: Failure | null = null;
    for (;;) {
      const over = this.owners.over();
      if (over !== null) throw new QueryError('NOT_ACTIVE', over, place);
      const answer = await this.attempt(question, how);
      if (answer !== null && 'rows' in answer) return answer;
      // One that is cut short by the end of the time says less than the one before.
      last = answer ?? last ?? { reason: 'UNREACHABLE', message: 'the instance that has it has not answered' };
      const error = new QueryError(last.reason, last.message, place);
      if (!error.passes || hereOnly) throw error;
      if (await limit.wait()) continue;
      const waited = `${last.message}; nothing else was to be had for ${String(limit.milliseconds)} ms (timeout)`;
      throw new QueryError(last.reason, waited, place);
    }
  }

  /** Of the instances that run these tasks, those that are others and can be asked. */
  hostsOf(tasks: readonly (string | null)[]): ReadonlySet<string> {
    const owners = tasks.map((task) => (task === null ? null : this.owners.ownerOf(task)));
    return new Set(
      owners.flatMap((owner) => (owner === null || owner.isHere || owner.host === null ? [] : [owner.host])),
    );
  }

  /** The body of what an instance answers for as long as the connection lasts. @throws what kept it from being asked */
  follow(host: string, { path, body }: AskedChanges, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const type = body === null ? {} : { 'content-type': 'application/json' };
    return this.transport.stream(host, path, { body, headers: { ...type, ...bearer(this.token) }, signal });
  }

  /** Null when the time is over before there is an answer. */
  private async attempt(question: Question, { limit, hereOnly }: HowToAsk): Promise<QuestionAnswer | null> {
    const { task } = question;
    if (task === null || hereOnly) return this.owners.askHere(question);
    const owner = this.owners.ownerOf(task);
    if (owner === null) {
      return { reason: 'NOT_PRESENT', message: `no instance with an applicationServer is known to run task ${task}` };
    }
    if (owner.isHere) return this.owners.askHere(question);
    const host = owner.host as string;
    const { keys, walks } = this.lanesTo(host);
    return limit.within((WALKS.has(question.asked.kind) ? walks : keys).ask(question));
  }

  private lanesTo(host: string): Lanes {
    let lanes = this.lanes.get(host);
    if (lanes === undefined) {
      const lane = (): OwnerLane => new OwnerLane(host, this.token, this.transport);
      lanes = { keys: lane(), walks: lane() };
      this.lanes.set(host, lanes);
    }
    return lanes;
  }
}
