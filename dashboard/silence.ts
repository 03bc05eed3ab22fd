/** Notices that an instance says nothing, though nobody has ended the connection: it hangs, or the network has forgotten it. */

/** It speaks once a second. */
const QUIET_MS = 2_000;
const LOST_MS = 10_000;

export class Silence {
  private readonly timers: ReturnType<typeof setTimeout>[] = [];

  /**
   * @param quiet nothing was heard for two seconds
   * @param lost nothing was heard for so long that the connection is of no use
   */
  constructor(
    private readonly quiet: () => void,
    private readonly lost: () => void,
  ) {
    this.heard();
  }

  heard(): void {
    this.end();
    this.timers.push(setTimeout(this.quiet, QUIET_MS), setTimeout(this.lost, LOST_MS));
  }

  end(): void {
    for (const timer of this.timers.splice(0)) clearTimeout(timer);
  }
}
