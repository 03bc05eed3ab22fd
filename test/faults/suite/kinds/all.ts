/** The table of kinds. */
import type { FaultKind } from '../kind.js';
import { brokerKilled, brokerPaused, brokerRestarted, coordinatorsMoved, leadersMoved } from './brokers.js';
import { expired, killed, pausedForSession, terminated } from './instances.js';
import { cut, delayed, halfOpen, lostResponses, throttled } from './networks.js';
import { fenced, recordsDeleted } from './records.js';
import { diskFull, stateDamaged, stateDeleted } from './state.js';

export const kinds: readonly FaultKind[] = [
  killed,
  terminated,
  pausedForSession,
  expired,
  brokerKilled,
  brokerRestarted,
  brokerPaused,
  leadersMoved,
  coordinatorsMoved,
  cut,
  delayed,
  throttled,
  halfOpen,
  lostResponses,
  diskFull,
  stateDamaged,
  stateDeleted,
  recordsDeleted,
  fenced,
];
