/** `npm run types:time`: what the compiler needs for topologies of 0, 20, 60 and 120 operators. */
import { measureCheckTimes } from './check-time.js';

const figures = await measureCheckTimes([0, 20, 60, 120]);
console.table(
  figures.map(({ operators, checkSeconds, totalSeconds, instantiations, types }) => ({
    operators,
    'check, s': checkSeconds,
    'total, s': totalSeconds,
    instantiations,
    types,
  })),
);
