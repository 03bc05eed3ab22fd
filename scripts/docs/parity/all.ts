/** The whole surface of Kafka Streams, as far as topologies go. */
import { BUILDING } from './building.js';
import { GROUPS, STREAMS, SUPPRESSED, TABLES } from './operators.js';
import { PROCESSORS, STORES } from './processors.js';
import type { ParitySection } from './row.js';

export const PARITY: readonly ParitySection[] = [BUILDING, STREAMS, TABLES, GROUPS, SUPPRESSED, PROCESSORS, STORES];
