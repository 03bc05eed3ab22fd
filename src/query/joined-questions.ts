/** Questions on their way together: those for keys that differ in nothing but the keys are one, whose answer is dealt out. */
import type { QueryFailure } from './query-error.js';
import { MOST_KEYS, withBytesAsText, type Question, type QuestionAnswer } from './question.js';

export interface AskedQuestion {
  readonly question: Question;
  readonly answered: (answer: QuestionAnswer) => void;
  /** Not to be joined with others, whose keys may be at fault. */
  readonly alone: boolean;
}

/** Failures that one key may bring about: the others must not suffer from it. */
const OF_ONE_KEY: ReadonlySet<QueryFailure> = new Set(['INVALID', 'STORE_EXCEPTION']);

/** As it is asked: a position is looked at, a store found and a bound checked once for all keys. */
export class JoinedQuestion {
  private readonly all: AskedQuestion[];
  private readonly keys: Buffer[];

  constructor(private readonly first: AskedQuestion) {
    this.all = [first];
    this.keys = [...keysOf(first)];
  }

  /** False: they are too many keys for one question. */
  add(asked: AskedQuestion): boolean {
    const more = keysOf(asked);
    if (this.keys.length + more.length > MOST_KEYS) return false;
    this.keys.push(...more);
    this.all.push(asked);
    return true;
  }

  get text(): string {
    const { question } = this.first;
    if (question.asked.kind !== 'keys') return JSON.stringify(withBytesAsText(question));
    const { store, task, isolation, atLeast } = question;
    const asked = JSON.stringify({ store, task, isolation, atLeast });
    // Base64 needs no escapes.
    const keys = this.keys.map((key) => `"${key.toString('base64')}"`).join(',');
    return `${asked.slice(0, -1)},"asked":{"kind":"keys","keys":[${keys}]}}`;
  }

  /** Deals the answer out; what is returned has to be asked again, each alone. */
  answer(given: QuestionAnswer): AskedQuestion[] {
    const answer = this.whole(given);
    if (this.all.length === 1) {
      this.first.answered(answer);
      return [];
    }
    if ('reason' in answer) {
      if (OF_ONE_KEY.has(answer.reason)) return this.all.map((asked) => ({ ...asked, alone: true }));
      for (const { answered } of this.all) answered(answer);
      return [];
    }
    let from = 0;
    for (const asked of this.all) {
      const until = from + keysOf(asked).length;
      asked.answered({ ...answer, rows: answer.rows.slice(from, until) });
      from = until;
    }
    return [];
  }

  /** A row that is missing would be taken for a key of which there is nothing. */
  private whole(answer: QuestionAnswer): QuestionAnswer {
    if (this.first.question.asked.kind !== 'keys' || 'reason' in answer || answer.rows.length === this.keys.length)
      return answer;
    const counts = `${String(answer.rows.length)} rows for ${String(this.keys.length)} keys`;
    return { reason: 'UNREACHABLE', message: `the instance that was asked answered with ${counts}` };
  }
}

/** In the order in which they were asked first. */
export function joinQuestions(all: readonly AskedQuestion[]): JoinedQuestion[] {
  const joined: JoinedQuestion[] = [];
  const ofKeys = new Map<string, JoinedQuestion>();
  for (const asked of all) {
    const { store, task, isolation, atLeast } = asked.question;
    const joins = !asked.alone && asked.question.asked.kind === 'keys';
    const what = joins ? JSON.stringify([store, task, isolation, atLeast]) : '';
    if (joins && ofKeys.get(what)?.add(asked) === true) continue;
    const next = new JoinedQuestion(asked);
    joined.push(next);
    if (joins) ofKeys.set(what, next);
  }
  return joined;
}

function keysOf({ question }: AskedQuestion): readonly Buffer[] {
  return question.asked.kind === 'keys' ? question.asked.keys : [];
}
