/** A foreign-key join in the test driver: what goes in and out, and what passes between its sides. */
import type { KTable } from '../../../src/dsl/table.js';
import type { ForeignKeyJoinOptions } from '../../../src/dsl/options.js';
import { ForeignKeyAnswer, AnswerSerde } from '../../../src/serde/foreign-key-answer.js';
import { registrationSerde } from '../../../src/serde/foreign-key-registration.js';
import { serdes } from '../../../src/serde/serdes.js';
import type { TestDriverOptions } from '../../../src/testing/test-driver-options.js';
import { STRINGS, timeline, type Timeline } from '../timeline.js';

type Table = KTable<string, string | null>;

const REGISTRATIONS = 'test-j-subscription-registration-topic';
const ANSWERS = 'test-j-subscription-response-topic';

export interface ForeignKeyBench extends Timeline {
  /** What the left side has asked since the last call: `foreign key<-primary key:instruction@time`, `#` when without a fingerprint. */
  readonly asked: () => string;
  /** What the right side has answered since the last call: `primary key=value@time`, `#` as above. */
  readonly answered: () => string;
  /** The subscriptions, by foreign and primary key. */
  readonly subscriptions: () => string[];
}

/** `l` joins `r` by what stands in front of the colon of its values (nothing: null); neither caches. */
export function foreignKeyBench(
  method: 'join' | 'leftJoin',
  options: ForeignKeyJoinOptions<string, string, string> = {},
  driverOptions: TestDriverOptions = {},
): ForeignKeyBench {
  const run = timeline((_, builder) => {
    const left: Table = builder.table('l', { ...STRINGS, caching: false });
    const right: Table = builder.table('r', { ...STRINGS, caching: false });
    const foreignKey = (value: string): string | null => value.split(':')[0] || null;
    const joiner = (value: string, other: string | null): string => `${value}+${other ?? ''}`;
    const all = { name: 'j', ...options };
    const joined =
      method === 'join' ? left.join(right, foreignKey, joiner, all) : left.leftJoin(right, foreignKey, joiner, all);
    return joined.toStream();
  }, driverOptions);
  const registrations = run.driver.outputTopic(REGISTRATIONS, { ...STRINGS, value: registrationSerde });
  const answers = run.driver.outputTopic(ANSWERS, { ...STRINGS, value: new AnswerSerde(serdes.string()) });
  return {
    ...run,
    asked: () =>
      registrations
        .readRecords()
        .map(({ key, value, timestamp }) => {
          const { instruction, hash, primaryKey } = value ?? { instruction: -1, hash: null, primaryKey: '' };
          const who = `${primaryKey.toString()}:${String(instruction)}`;
          return `${key ?? '-'}<-${who}${hash === null ? '#' : ''}@${String(timestamp)}`;
        })
        .join(' '),
    answered: () =>
      answers
        .readRecords()
        .map(({ key, value, timestamp }) => {
          const { hash, foreign } = value ?? new ForeignKeyAnswer(null, null, -1);
          const text = foreign === null ? '-' : String(foreign.value);
          return `${key ?? '-'}=${text}${hash === null ? '#' : ''}@${String(timestamp)}`;
        })
        .join(' '),
    subscriptions: () => {
      const store = run.driver.store<never>('j-subscription-store') as { all(): Iterable<readonly [Buffer, unknown]> };
      return [...store.all()].map(([key]) => {
        const end = 4 + key.readInt32BE(0);
        return `${key.toString('utf8', 4, end)}<-${key.toString('utf8', end)}`;
      });
    },
  };
}
