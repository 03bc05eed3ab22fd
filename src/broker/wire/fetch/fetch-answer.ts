/** The answer to a Fetch and who still looks at it: several partitions lie in it, each of which is used up at another time. */
import type { Transport } from '../../transport.js';

export class FetchAnswer {
  private users = 1;

  /** It is in use from now on, until `done` was called and all that `keep` gave out. */
  constructor(
    readonly body: Buffer,
    private readonly transport: Pick<Transport, 'reuse'>,
  ) {}

  /** Somebody will look at a part of it later. Returns what ends that; calling it again has no effect. */
  keep(): () => void {
    this.users += 1;
    let kept = true;
    return () => {
      if (kept) this.done();
      kept = false;
    };
  }

  /** Whoever was given the answer has read it. To be called once. */
  done(): void {
    this.users -= 1;
    if (this.users === 0) this.transport.reuse?.(this.body);
  }
}
