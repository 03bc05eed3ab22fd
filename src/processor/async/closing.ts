/** Tells what is under way that its node is closed. Lighter than an `AbortSignal`, which does not like many listeners. */
export class NodeClosing {
  /** Null while open. */
  reason: Error | null = null;
  private readonly listeners = new Set<(reason: Error) => void>();

  /** Calls `listener` when it is closed, unless `ignore` was called for it before. */
  listen(listener: (reason: Error) => void): void {
    this.listeners.add(listener);
  }

  ignore(listener: (reason: Error) => void): void {
    this.listeners.delete(listener);
  }

  close(reason: Error): void {
    this.reason = reason;
    for (const listener of this.listeners) listener(reason);
    this.listeners.clear();
  }
}
