/** Beside a record's way: of things that are alike and come again and again, tells which are to be said. */

interface Said {
  readonly at: number;
  leftOut: number;
}

/** The first of its kind is said; then at most one in a period, with the count of those left out. */
export class Repeats {
  private readonly said = new Map<string, Said>();

  constructor(
    private readonly periodMs: number,
    private readonly now: () => number,
  ) {}

  /** Null: this one is left out. Otherwise how many were, since the last one was said; undefined of the first one. */
  due(kind: string): { readonly leftOut: number | undefined } | null {
    const now = this.now();
    const before = this.said.get(kind);
    if (before !== undefined && now - before.at < this.periodMs) {
      before.leftOut += 1;
      return null;
    }
    this.said.set(kind, { at: now, leftOut: 0 });
    return { leftOut: before?.leftOut };
  }
}
