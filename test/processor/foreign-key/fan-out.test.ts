import { expect, it } from 'vitest';
import type { NodeContext } from '../../../src/processor/context.js';
import { LongCalls } from '../../../src/processor/long-calls.js';
import { ForeignKeyFanOutNode } from '../../../src/processor/foreign-key/fan-out.js';
import { RunningNode } from '../../../src/processor/node.js';
import { Change } from '../../../src/record/change.js';
import { NO_HEADERS } from '../../../src/record/headers.js';
import { RecordContext } from '../../../src/record/record-context.js';
import { Turn } from '../../../src/record/turn.js';
import type { ForeignKeyAnswer } from '../../../src/serde/foreign-key-answer.js';
import { INSTRUCTION, Registration, registrationSerde } from '../../../src/serde/foreign-key-registration.js';
import { serdes } from '../../../src/serde/serdes.js';
import { foreignKeyBench } from './foreign-key-bench.js';

it('tells a new value to every row that wants it, in the order of their keys, with its own time', () => {
  const { feed, answered } = foreignKeyBench('join');
  feed('c=x:1@7 a=x:2@8 b=y:3@9', 'l');
  expect(feed('x=1@5', 'r')).toBe('a=x:2+1@5 c=x:1+1@5');
  expect(answered()).toBe('a=1@5 c=1@5');
});

it('tells of a deletion too', () => {
  const { feed } = foreignKeyBench('leftJoin');
  feed('x=1@1', 'r');
  expect(feed('a=x:1@2', 'l')).toBe('a=x:1+1@2');
  expect(feed('x=-@3', 'r')).toBe('a=x:1+@3');
});

it('tells nothing of a key that nobody wants, nor of one that begins alike', () => {
  const { feed, answered } = foreignKeyBench('join');
  feed('a=x:1@1', 'l');
  expect(feed('xx=1@2 y=1@3 =1@4', 'r')).toBe('');
  expect(answered()).toBe('');
});

it('sends each answer to the partition that its row came from, the value being one object for all of them', () => {
  const answers: ForeignKeyAnswer[] = [];
  class Sink extends RunningNode {
    override process(_key: unknown, value: unknown): void {
      answers.push(value as ForeignKeyAnswer);
    }
  }
  const rows = [5, 0, -1].map((partition, at) => {
    const one = new Registration(INSTRUCTION.answer, Buffer.alloc(16, at), Buffer.from(String(at)), partition);
    return registrationSerde.serialize(one, '');
  });
  const context = {
    longCalls: new LongCalls(),
    turn: new Turn(new RecordContext()),
    applicationId: 'app',
    serde: () => serdes.string(),
    stores: {
      get: () => ({
        visit: (_: Buffer, visitor: (primaryKey: Buffer, value: Buffer) => void) => {
          rows.forEach((row, at) => {
            visitor(Buffer.from(String(at)), row);
          });
        },
      }),
    },
  } as unknown as NodeContext;
  const node = new ForeignKeyFanOutNode('n', context, {
    store: 's',
    registrationTopic: 't',
    foreignKey: undefined,
    versioned: false,
    decodesKeys: false,
    key: undefined,
  });
  node.addChild(new Sink('sink', context));
  node.init();
  node.process('f', new Change('value', null), 1, NO_HEADERS);
  expect(answers.map(({ partition, hash }) => [partition, hash?.[0]])).toEqual([
    [5, 0],
    [0, 1],
    [-1, 2],
  ]);
  expect(new Set(answers.map(({ foreign }) => foreign)).size).toBe(1);
});
