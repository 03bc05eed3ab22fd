/** A sorted set that finds places as Java's `TreeSet` does, even while the order of its elements changes. Used by `describe` alone. */

class Entry<T> {
  left: Entry<T> | null = null;
  right: Entry<T> | null = null;
  red = true;

  constructor(
    readonly value: T,
    public parent: Entry<T> | null,
  ) {}
}

/**
 * A red-black tree with insertion only. Kafka Streams fills such sets while it still changes what they are sorted by;
 * where an element lands then depends on the shape of the tree, so an ordinary sort gives another result.
 */
export class JavaTreeSet<T> implements Iterable<T> {
  private root: Entry<T> | null = null;

  constructor(private readonly compare: (a: T, b: T) => number) {}

  add(value: T): void {
    let parent: Entry<T> | null = null;
    let current = this.root;
    let order = 0;
    while (current !== null) {
      order = this.compare(value, current.value);
      if (order === 0) return;
      parent = current;
      current = order < 0 ? current.left : current.right;
    }
    const entry = new Entry(value, parent);
    if (parent === null) this.root = entry;
    else if (order < 0) parent.left = entry;
    else parent.right = entry;
    this.rebalance(entry);
  }

  *[Symbol.iterator](): Iterator<T> {
    const path: Entry<T>[] = [];
    let current = this.root;
    while (current !== null || path.length > 0) {
      while (current !== null) {
        path.push(current);
        current = current.left;
      }
      const next = path.pop() as Entry<T>;
      yield next.value;
      current = next.right;
    }
  }

  private rebalance(added: Entry<T>): void {
    let entry = added;
    for (;;) {
      let { parent } = entry;
      const grandparent = parent?.parent ?? null;
      if (parent?.red !== true || grandparent === null) break;
      const onLeft = parent === grandparent.left;
      const uncle = onLeft ? grandparent.right : grandparent.left;
      if (uncle?.red === true) {
        parent.red = false;
        uncle.red = false;
        grandparent.red = true;
        entry = grandparent;
        continue;
      }
      if (entry === (onLeft ? parent.right : parent.left)) {
        this.rotate(parent, onLeft);
        [entry, parent] = [parent, entry];
      }
      parent.red = false;
      grandparent.red = true;
      this.rotate(grandparent, !onLeft);
    }
    if (this.root !== null) this.root.red = false;
  }

  /** Lets the child on the other side take the place of `entry`, which moves down to the left or to the right. */
  private rotate(entry: Entry<T>, toLeft: boolean): void {
    const riser = (toLeft ? entry.right : entry.left) as Entry<T>;
    const inner = toLeft ? riser.left : riser.right;
    if (toLeft) entry.right = inner;
    else entry.left = inner;
    if (inner !== null) inner.parent = entry;
    riser.parent = entry.parent;
    if (entry.parent === null) this.root = riser;
    else if (entry.parent.left === entry) entry.parent.left = riser;
    else entry.parent.right = riser;
    if (toLeft) riser.left = entry;
    else riser.right = entry;
    entry.parent = riser;
  }
}
