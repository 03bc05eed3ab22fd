/** What happens at each node, whatever the node: by a chain of nodes that only say what they were given. */
import { expect, it } from 'vitest';
import type { NodeContext } from '../../src/processor/context.js';
import { LongCalls } from '../../src/processor/long-calls.js';
import { RunningNode } from '../../src/processor/node.js';
import { NO_HEADERS, textHeader, type Headers } from '../../src/record/headers.js';
import { RecordContext } from '../../src/record/record-context.js';
import { Turn } from '../../src/record/turn.js';

const TRACED: Headers = [textHeader('traceparent', 'one')];

class Told extends RunningNode {
  readonly got: string[] = [];

  constructor(
    name: string,
    context: NodeContext,
    private readonly fails = false,
  ) {
    super(name, context);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    this.got.push(`${String(key)}=${String(value)}@${String(timestamp)}/${String(headers.length)}`);
    if (this.fails) throw new Error('no');
    this.forward(key, value, timestamp, headers);
  }
}

interface Chain {
  readonly nodes: readonly Told[];
  readonly calls: LongCalls;
  readonly turn: Turn;
  /** `<node>: <message>` of each error that was decided about. */
  readonly failed: string[];
}

/** The first leads to all others; the names of those that fail end in `!`. */
function chain(...names: string[]): Chain {
  const record = new RecordContext();
  const calls = new LongCalls();
  const turn = new Turn(record);
  const failed: string[] = [];
  const context = {
    record,
    turn,
    longCalls: calls,
    taskId: '0_0',
    failed: (node: string, error: unknown) => {
      failed.push(`${node}: ${(error as Error).message}`);
    },
  } as unknown as NodeContext;
  const nodes = names.map((name) => new Told(name, context, name.endsWith('!')));
  for (const node of nodes.slice(1)) nodes[0]?.addChild(node);
  return { nodes, calls, turn, failed };
}

const got = ({ nodes }: Chain): string[] => nodes.map((node) => `${node.name} ${node.got.join(' ')}`.trim());

it('counts what a node is given and hands its results to the one behind', () => {
  const made = chain('source', 'sink');
  for (const value of [1, 2]) made.nodes[0]?.passage.receive('a', value, 5, NO_HEADERS);
  expect(got(made)).toEqual(['source a=1@5/0 a=2@5/0', 'sink a=1@5/0 a=2@5/0']);
  expect(made.nodes.map(({ passage }) => passage.taken)).toEqual([2, 2]);
});

it('hands a result to all nodes behind, in their order, and to one alone', () => {
  const made = chain('source', 'left', 'right');
  made.nodes[0]?.passage.receive('a', 1, 5, NO_HEADERS);
  made.nodes[0]?.passage.forwardTo((made.nodes[2] as Told).passage, 'b', 2, 6, NO_HEADERS);
  expect(got(made)).toEqual(['source a=1@5/0', 'left a=1@5/0', 'right a=1@5/0 b=2@6/0']);
});

it('has an error decided about where it was thrown, and nodes beside go on', () => {
  const made = chain('source', 'left!', 'right');
  made.nodes[0]?.passage.receive('a', 1, 5, NO_HEADERS);
  expect(made.failed).toEqual(['left!: no']);
  expect(got(made)).toEqual(['source a=1@5/0', 'left! a=1@5/0', 'right a=1@5/0']);
});

it('hands nothing on while something is left for another slice of time', () => {
  const made = chain('source', 'left', 'right');
  made.turn.later(() => true);
  made.nodes[0]?.passage.receive('a', 1, 5, NO_HEADERS);
  made.nodes[0]?.passage.forwardTo((made.nodes[2] as Told).passage, 'b', 2, 6, NO_HEADERS);
  expect(got(made)).toEqual(['source a=1@5/0', 'left', 'right']);
  expect(made.turn.goOn(() => true)).toBe(true);
  expect(got(made)).toEqual(['source a=1@5/0', 'left a=1@5/0', 'right a=1@5/0 b=2@6/0']);
});

it('holds results back from the only node behind, too', () => {
  const made = chain('source', 'sink');
  made.turn.later(() => true);
  made.nodes[0]?.passage.receive('a', 1, 5, NO_HEADERS);
  expect(got(made)).toEqual(['source a=1@5/0', 'sink']);
  expect(made.turn.goOn(() => true)).toBe(true);
  expect(got(made)).toEqual(['source a=1@5/0', 'sink a=1@5/0']);
});

it('says which node the time is of', () => {
  const made = chain('source', 'sink');
  made.nodes[0]?.passage.receive('a', 1, 5, NO_HEADERS);
  expect(made.calls.current).toBe(made.nodes[1]);
  made.nodes[0]?.passage.entered();
  expect(made.calls.current).toBe(made.nodes[0]);
});

it('tells whoever follows results of the records that come with headers, and takes their headers for results', () => {
  const made = chain('source', 'sink');
  const noted: unknown[] = [];
  made.nodes[0]?.traceResults({
    note: (key) => noted.push(key),
    headersOf: (_, headers) => [...headers, ...TRACED],
  });
  made.nodes[0]?.passage.receive('plain', 1, 5, NO_HEADERS);
  made.nodes[0]?.passage.receive('traced', 2, 5, TRACED);
  made.nodes[0]?.passage.note('by hand', 5, TRACED);
  expect(noted).toEqual(['traced', 'by hand']);
  expect(got(made)).toEqual(['source plain=1@5/0 traced=2@5/1', 'sink plain=1@5/1 traced=2@5/2']);
});
