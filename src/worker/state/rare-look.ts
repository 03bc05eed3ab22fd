/** Part of the loop: looks once a minute at something that takes its time, one look at a time, without keeping the thread. */
import type { Clock } from '../../time/clock.js';

const LOOK_MS = 60_000;

export abstract class RareLook {
  private looking: Promise<void> | null = null;
  private next = 0;

  /** @param clock does not jump */
  constructor(private readonly clock: Clock) {}

  poll(): void {
    const now = this.clock.now();
    if (now < this.next || this.looking !== null) return;
    this.next = now + LOOK_MS;
    this.looking = this.look().finally(() => {
      this.looking = null;
    });
  }

  async idle(): Promise<void> {
    await this.looking;
  }

  protected abstract look(): Promise<void>;
}
