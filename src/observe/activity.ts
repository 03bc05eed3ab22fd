/** Beside a record's way: what happened to an instance of late and how much its nodes took, for people who look at it. */
import { MillraceError } from '../errors/error.js';

/** `record`: one that did not get through, while the instance goes on; `failure`: what ended it, or had it replaced. */
export type OccurrenceKind = 'state' | 'rebalance' | 'stall' | 'broker' | 'record' | 'failure';

/** Something that happened to the instance. Its text holds nothing of a record. */
export interface Occurrence {
  /** Grows by one with each. */
  readonly id: number;
  /** Ms since the epoch. */
  readonly at: number;
  readonly kind: OccurrenceKind;
  /** What happened and why, in words. */
  readonly text: string;
}

/** What moves through an instance. */
export interface Flow {
  /** Records that each node was given since the start, by its name in the topology, of all tasks that the instance has or had. */
  readonly nodes: Readonly<Record<string, number>>;
  /** Topics that its tasks read. */
  readonly inputs: readonly {
    readonly topic: string;
    /** Records that wait, over its partitions; null while that is not known. */
    readonly lag: number | null;
  }[];
  /** Tasks that are assigned and do not run yet: they restore, or look up where to begin. */
  readonly opening: readonly string[];
}

export interface Activity extends Flow {
  /** The latest, oldest first. */
  readonly occurrences: readonly Occurrence[];
}

export const NO_FLOW: Flow = { nodes: {}, inputs: [], opening: [] };

/** Kept at most; older ones are let go. */
const MOST = 200;

/** Filled only when something happens, never by a record. */
export class ActivityLog {
  private readonly kept: Occurrence[] = [];
  private next = 1;

  /** @param now ms since the epoch */
  constructor(private readonly now: () => number = Date.now) {}

  get latest(): readonly Occurrence[] {
    return [...this.kept];
  }

  add(kind: OccurrenceKind, text: string): void {
    this.kept.push({ id: this.next, at: this.now(), kind, text });
    this.next += 1;
    if (this.kept.length > MOST) this.kept.shift();
  }

  /** What failed and where. The message may be one of the application's own, with a record in it, and stays in the log. */
  failed(error: unknown): void {
    this.add('failure', causeAndPlace(error));
  }
}

/** What went wrong and where, with nothing of a record. */
export function causeAndPlace(error: unknown): string {
  if (!MillraceError.is(error)) return error instanceof Error ? error.name : 'an error';
  const { code, topic, partition, offset, node, task } = error;
  const position = [topic, partition, offset].filter((part) => part !== undefined).join('-');
  const where = [
    topic === undefined ? '' : ` at ${position}`,
    node === undefined ? '' : ` in ${node}`,
    task === undefined ? '' : ` of task ${task}`,
  ];
  return `${code}${where.join('')}`;
}
