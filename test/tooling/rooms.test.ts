import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint, Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { forbiddenNames, rooms } from '../../rooms.config.js';
import { roomsPlugin } from '../../scripts/lint/rooms-plugin.js';
import { roomImports, roomOf, tableCycle, twoWayPairs } from '../../scripts/lint/rooms.js';

const root = join(import.meta.dirname, '../..');
const source = join(root, 'src');

function faults(file: string, code: string): string[] {
  const linter = new Linter({ cwd: root });
  const config = {
    files: ['**/*.ts'],
    languageOptions: { parser: tseslint.parser },
    plugins: { rooms: roomsPlugin(source, rooms, forbiddenNames) },
    rules: { 'rooms/imports': 'error', 'rooms/names': 'error' },
  } satisfies Linter.Config;
  return linter.verify(code, [config], { filename: join(source, file) }).map((message) => message.message);
}

describe('imports between rooms', () => {
  it.each([
    ['processor/count.ts', "import { TimeWindows } from '../time/time-windows.js';"],
    ['processor/count.ts', "import { Node } from './node.js';"],
    ['broker/kafkajs/connect.ts', "import { Kafka } from 'kafkajs';"],
    ['broker/kafkajs/connect.ts', "import { Producer } from 'kafkajs/src/producer/index.js';"],
    ['store/level/open.ts', "import { readFile } from 'node:fs/promises';"],
    ['store/level/open.ts', "import type { StoreSpec } from '../spec.js';"],
    ['worker/state/task-opener.ts', "import { openTaskState } from '../../store/overlay/overlay-task-state.js';"],
    ['store/overlay/session/session.ts', "import { rowWalk } from '../rows/row-walk.js';"],
  ])('%s may: %s', (file, code) => {
    expect(faults(file, code)).toEqual([]);
  });

  it.each([
    ['record/headers.ts', "import { Task } from '../task/task.js';", 'Room record may not import room task'],
    ['record/headers.ts', "import type { Task } from '../task/task.js';", 'Room record may not import room task'],
    ['record/headers.ts', "export { Task } from '../task/task.js';", 'Room record may not import room task'],
    ['record/headers.ts', "export * from '../task/task.js';", 'Room record may not import room task'],
    ['record/headers.ts', "const task = await import('../task/task.js');", 'Room record may not import room task'],
    ['record/headers.ts', "let task: import('../task/task.js').Task;", 'Room record may not import room task'],
    ['store/spec.ts', "import { open } from './level/open.js';", 'Room store may not import room store/level'],
    ['store/level/open.ts', "import { openTaskState } from '../overlay/overlay-task-state.js';", 'store/overlay'],
    [
      'task/task.ts',
      "import { Cell } from '../store/overlay/epoch/cell.js';",
      'may not import room store/overlay/epoch',
    ],
    ['task/task.ts', "import { shapeOf } from '../store/overlay/open-store.js';", 'store/overlay/open-store'],
    ['store/overlay/session/session.ts', "import type { Row } from '../window/row.js';", 'store/overlay/window'],
    ['store/overlay/rows/row.ts', "import { Entry } from '../entries/entry.js';", 'store/overlay/entries'],
    ['broker/wire/fetch.ts', "import { connect } from '../kafkajs/connect.js';", 'may not import room broker/kafkajs'],
    ['broker/wire/fetch.ts', "import { Kafka } from 'kafkajs';", 'may not import the package kafkajs'],
    ['task/task.ts', "import { Level } from 'level';", 'may not import the package level'],
    ['task/task.ts', "import { join } from 'node:path';", "may not import Node's modules"],
    ['task/task.ts', "import { join } from 'path';", "may not import Node's modules"],
    ['task/task.ts', "import x from '@scope/thing/part.js';", 'may not import the package @scope/thing'],
    ['task/task.ts', "import x from '../../test/x.js';", 'outside src'],
    ['attic/task.ts', "import x from '../time/clock.js';", 'is in no room'],
    ['task/task.ts', "import x from '../attic/x.js';", 'is in no room'],
  ])('%s may not: %s', (file, code, message) => {
    expect(faults(file, code)).toEqual([expect.stringContaining(message)]);
  });

  it('is an error in the lint that npm run lint uses', async () => {
    // An existing file's name, since typed rules want to know the file; its text is what is given here.
    const filePath = join(source, 'record/headers.ts');
    const [result] = await new ESLint({ cwd: root }).lintText("import { Level } from 'level';\n", { filePath });
    const rooms = result?.messages.filter((message) => message.ruleId === 'rooms/imports');
    expect(rooms).toEqual([expect.objectContaining({ severity: 2 })]);
  }, 180_000);
});

describe('names', () => {
  it.each(['task/utils/x.ts', 'task/helpers.ts', 'internal/x.ts'])('refuses %s', (file) => {
    expect(faults(file, '')).toEqual([expect.stringContaining('says nothing about what is inside')]);
  });
});

describe('the table', () => {
  it('has no cycle, so that imports can only point one way', () => {
    expect(tableCycle(rooms)).toBeUndefined();
  });

  it('finds a cycle over several rooms', () => {
    const looped = { a: { rooms: ['b'] }, b: { rooms: ['c'] }, c: { rooms: ['b'] } };
    expect(tableCycle(looped)).toEqual(['b', 'c', 'b']);
  });

  it('names only rooms that it also describes', () => {
    const named = Object.values(rooms).flatMap((room) => room.rooms);
    expect(named.filter((name) => !(name in rooms))).toEqual([]);
  });

  it('gives every file of src a room', () => {
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((file) => roomOf(rooms, file.replaceAll('\\', '/')) === undefined)).toEqual([]);
  });

  it('lets only one room each know kafkajs and level', () => {
    const knows = (name: string): string[] =>
      Object.keys(rooms).filter((room) => rooms[room]?.packages?.includes(name) === true);
    expect(knows('kafkajs')).toEqual(['broker/kafkajs']);
    expect(knows('level')).toEqual(['store/level']);
  });

  it('keeps Node out of the rooms that also run in a browser', () => {
    const browser = 'dsl topology record time serde source processor task sink store broker/port broker/memory'.split(
      ' ',
    );
    expect(browser.filter((room) => rooms[room]?.node === true)).toEqual([]);
  });
});

describe('two-way pairs', () => {
  it('counts rooms that import each other, type-only and dynamic imports included', () => {
    const imports = [
      ...roomImports(rooms, 'time/clock.ts', "import type { Headers } from '../record/headers.js';"),
      ...roomImports(rooms, 'record/headers.ts', "const clock = await import('../time/clock.js');"),
      ...roomImports(rooms, 'task/task.ts', "import { Clock } from '../time/clock.js';"),
    ];
    expect(imports).toHaveLength(3);
    expect(twoWayPairs(imports)).toEqual(['record <-> time']);
  });
});
