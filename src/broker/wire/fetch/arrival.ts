/** Lets a reader's user sleep until something has arrived. */

export class Arrival {
  private readonly sleepers = new Set<() => void>();

  /** Resolves at the next `announce`, or after the time given. */
  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      this.sleepers.add(wake);
    });
  }

  announce(): void {
    for (const wake of [...this.sleepers]) wake();
  }
}
