/** Applications that join a stream with something else. */
import { both, TEXTS, type MovingApplication } from './application.js';

export const JOINS: readonly MovingApplication[] = [
  {
    name: 'stream-table-join',
    inputs: ['events', 'changes'],
    write: (builder, [input, changes], output) => {
      builder.stream(input!, TEXTS).leftJoin(builder.table(changes!, TEXTS), both).to(output, TEXTS);
    },
    certain: 'sequence',
    changelogs: ['$1-STATE-STORE-0000000001'],
  },
];
