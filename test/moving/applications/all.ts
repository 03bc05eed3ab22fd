/** Every application that moves. */
import type { MovingApplication } from './application.js';
import { JOINS } from './joins.js';
import { PROCESSORS } from './processors.js';
import { TABLES } from './tables.js';
import { WINDOWED_AGGREGATIONS } from './windowed-aggregations.js';

/** A table, sessions, and changes that are held back. */
const WITH_HEADERS = ['count-by-group', 'session-aggregate', 'suppress-time-limit'];

export const APPLICATIONS: readonly MovingApplication[] = [
  ...WINDOWED_AGGREGATIONS,
  ...TABLES,
  ...JOINS,
  ...PROCESSORS,
  // Its topics hold transactions, with the markers of their ends.
  ...[WINDOWED_AGGREGATIONS, TABLES, JOINS, PROCESSORS].flatMap(([application]) =>
    application === undefined ? [] : [{ ...application, guarantee: 'exactly-once' as const }],
  ),
  // In the other format of stores: what changelogs say of headers.
  ...[...WINDOWED_AGGREGATIONS, ...TABLES]
    .filter(({ name }) => WITH_HEADERS.includes(name))
    .map((application) => ({ ...application, storeFormat: 'headers' as const })),
];
