/** The table of faults. */
import type { Fault } from '../fault.js';
import { brokerHangs } from './broker-hangs.js';
import { coordinatorKilled } from './coordinator-killed.js';
import { halfOpenBoth, halfOpenOne } from './half-open.js';
import { instanceKilled } from './instance-killed.js';
import { instanceStopped15s, instanceStopped40s } from './instance-stopped.js';
import { tableDamaged } from './table-damaged.js';

export const faults: readonly Fault[] = [
  instanceKilled,
  instanceStopped15s,
  instanceStopped40s,
  halfOpenOne,
  halfOpenBoth,
  brokerHangs,
  coordinatorKilled,
  tableDamaged,
];
