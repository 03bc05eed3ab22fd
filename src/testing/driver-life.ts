/** Beside the test driver: whether it still lives, so that nothing is asked of one that cannot answer. */
import { MillraceError } from '../errors/error.js';
import { reasonOf } from '../errors/shown-value.js';

export class DriverLife {
  private failure: { readonly cause: unknown } | null = null;
  private closed = false;

  /** @throws MillraceError STATE_INVALID after `close`, and after an error with that error as the cause */
  mustBeAlive(): void {
    this.mustBeOpen();
    if (this.failure === null) return;
    const { cause } = this.failure;
    throw new MillraceError(
      'STATE_INVALID',
      `the driver ended, as the application would have, with the error: ${reasonOf(cause)}. Make a new TopologyTestDriver, or let an error handler go on; what was written until then can still be read`,
      { cause },
    );
  }

  /** @throws MillraceError STATE_INVALID after `close` */
  mustBeOpen(): void {
    if (!this.closed) return;
    throw new MillraceError('STATE_INVALID', 'the driver is closed; make a new TopologyTestDriver');
  }

  /** Nothing has ended it yet. */
  get isWell(): boolean {
    return !this.closed && this.failure === null;
  }

  /** @throws MillraceError STATE_INVALID: what somebody still works on would end without anybody seeing how */
  mustNotLeave(unfinished: number): void {
    if (unfinished === 0) return;
    const records = unfinished === 1 ? 'a record' : `${String(unfinished)} records`;
    throw new MillraceError(
      'STATE_INVALID',
      `close() came while asynchronous functions still worked on ${records}, and nobody would hear if they fail: await settle() before it, or say that they are given up by close({ abandon: true })`,
    );
  }

  die(cause: unknown): void {
    this.failure ??= { cause };
  }

  /** False when it was closed before. */
  end(): boolean {
    const wasOpen = !this.closed;
    this.closed = true;
    return wasOpen;
  }
}
