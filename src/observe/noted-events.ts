/** Beside a record's way: notes for the timeline which records did not get through, and passes on whatever is told of the application. */
import { MillraceError } from '../errors/error.js';
import { causeAndPlace, type ActivityLog } from './activity.js';
import type { DiagnosticEvents, DiagnosticName, EventChannels } from './events.js';
import { Repeats } from './repeats.js';

/** What became of a record, by the decision about it. One that ends the instance is noted as the instance's failure. */
const FATES: ReadonlyMap<string, string> = new Map([
  ['retry', 'a record is tried again'],
  ['continue', 'a record was dropped'],
  ['deadLetter', 'a record was written to the dead letters'],
]);
/** Between two notes of records that fail in the same way at the same node, ms: the timeline is short. */
const PERIOD_MS = 10_000;

type Failure = Pick<DiagnosticEvents['millrace:error'], 'error' | 'decision'>;

export class NotedEvents implements EventChannels {
  private readonly repeats: Repeats;

  constructor(
    private readonly next: EventChannels,
    private readonly log: ActivityLog,
    now: () => number = () => performance.now(),
  ) {
    this.repeats = new Repeats(PERIOD_MS, now);
  }

  get hearsBatches(): boolean {
    return this.next.hearsBatches;
  }

  tell<Name extends DiagnosticName>(name: Name, event: Omit<DiagnosticEvents[Name], 'application'>): void {
    if (name === 'millrace:error') this.note(event as unknown as Failure);
    this.next.tell(name, event);
  }

  private note({ error, decision }: Failure): void {
    const fate = FATES.get(decision);
    if (fate === undefined) return;
    const { code = '', topic = '', node = '' } = MillraceError.is(error) ? error : {};
    const due = this.repeats.due(`${decision} ${code} ${topic} ${node}`);
    if (due === null) return;
    const { leftOut = 0 } = due;
    this.log.add(
      'record',
      `${fate}: ${causeAndPlace(error)}${leftOut === 0 ? '' : `, and ${String(leftOut)} before it`}`,
    );
  }
}
