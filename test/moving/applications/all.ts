/** Every application that moves. */
import type { MovingApplication } from './application.js';
import { JOINS } from './joins.js';
import { TABLES } from './tables.js';
import { WINDOWED_AGGREGATIONS } from './windowed-aggregations.js';

export const APPLICATIONS: readonly MovingApplication[] = [...WINDOWED_AGGREGATIONS, ...TABLES, ...JOINS];
