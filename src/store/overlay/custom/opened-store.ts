/** A store of the user's own making from its opening to its end: called with care, so that what goes wrong in it has a name and a place. */
import { MillraceError } from '../../../errors/error.js';
import { ignoreRejection } from '../../../errors/promised.js';
import { kindAndSize } from '../../../errors/kind-and-size.js';
import { reasonOf, shownValue } from '../../../errors/shown-value.js';
import type { CustomStore, CustomStoreContext, RestoredChange } from '../../custom-store.js';
import type { CustomSpec } from '../../spec.js';
import type { StoreSite } from '../epoch/store-site.js';
import type { LoggedChanges } from './logged-changes.js';

/** Every store that a task was given: one that two tasks had would hold what belongs to neither. */
const given = new WeakSet();

export class OpenedStore {
  readonly own: CustomStore;
  /** It may log: restored, and not closed yet. */
  private running = false;
  private over = false;
  private folder: string | null = null;

  /** @throws MillraceError STORE_FAILED with the error of `open`; TOPOLOGY_INVALID for what is no store, or was given before */
  constructor(
    private readonly spec: CustomSpec,
    private readonly site: StoreSite,
    private readonly changes: LoggedChanges,
  ) {
    const context: CustomStoreContext = Object.freeze({
      applicationId: site.home.applicationId,
      taskId: site.task,
      partition: site.partition,
      directory: () => this.directory(),
      log: (key: Uint8Array, value: Uint8Array | null, timestamp?: number) => {
        this.log(key, value, timestamp);
      },
    });
    this.own = this.checked(this.called('open', () => spec.open(context)));
  }

  restore(changes: readonly RestoredChange[]): void {
    this.called('restore', () => this.own.restore(changes));
  }

  /** Everything is restored: processors may have it. */
  run(): void {
    this.running = true;
  }

  commit(): void {
    this.called('commit', () => this.own.commit?.());
  }

  close(): void {
    this.running = false;
    this.over = true;
    try {
      this.called('close', () => this.own.close?.());
    } finally {
      if (this.folder !== null) this.site.home.folders?.remove(this.spec.name);
    }
  }

  private directory(): string | null {
    if (this.over) throw this.invalid('directory', 'after it was closed');
    return (this.folder ??= this.site.home.folders?.make(this.spec.name) ?? null);
  }

  private log(key: Uint8Array, value: Uint8Array | null, timestamp = this.currentTime): void {
    if (!this.running)
      throw this.invalid('log', this.over ? 'after it was closed' : 'before it was restored: it would log that again');
    if (!(key instanceof Uint8Array)) throw this.unserializable('the key', key);
    if (value !== null && !(value instanceof Uint8Array)) throw this.unserializable('the value', value);
    if (!Number.isSafeInteger(timestamp) || timestamp < 0) {
      throw new MillraceError(
        'TIMESTAMP_INVALID',
        `store ${this.spec.name} cannot log the time ${kindAndSize(timestamp, 0, Number.MAX_SAFE_INTEGER)}; give whole milliseconds from 0 to ${String(Number.MAX_SAFE_INTEGER)}`,
        this.place,
      );
    }
    if (this.site.logged) this.changes.add(key, value, timestamp);
  }

  private get currentTime(): number {
    const { context, clock } = this.site;
    return context.timestamp < 0 ? clock.now() : context.timestamp;
  }

  private get place(): { readonly store: string; readonly task: string } {
    return { store: this.spec.name, task: this.site.task };
  }

  private checked(store: unknown): CustomStore {
    const { name } = this.spec;
    if (typeof (store as Partial<CustomStore> | null | undefined)?.restore !== 'function') {
      const problem = `open() of store ${name} must give an object with restore(), not ${shownValue(store)}`;
      throw new MillraceError('TOPOLOGY_INVALID', problem, this.place);
    }
    if (given.has(store as object)) {
      const problem = `open() of store ${name} gave the same store again; make a new one in each call`;
      throw new MillraceError('TOPOLOGY_INVALID', problem, this.place);
    }
    given.add(store as object);
    return store as CustomStore;
  }

  /** Nothing is waited for: a promise would be settled, or fail, when nobody looks any more. */
  private called<T>(method: string, call: () => T): T {
    const { name } = this.spec;
    let result: T;
    try {
      result = call();
    } catch (cause) {
      if (MillraceError.is(cause)) throw cause.completed(this.place);
      throw new MillraceError('STORE_FAILED', `${method}() of store ${name} failed: ${reasonOf(cause)}`, {
        ...this.place,
        cause,
      });
    }
    if (typeof (result as { then?: unknown } | null | undefined)?.then !== 'function') return result;
    ignoreRejection(result);
    throw new MillraceError(
      'TOPOLOGY_INVALID',
      `${method}() of store ${name} returned a promise, which nobody waits for; make it synchronous`,
      this.place,
    );
  }

  private invalid(method: string, when: string): MillraceError {
    return new MillraceError(
      'STATE_INVALID',
      `${method}() of the context of store ${this.spec.name} was called ${when}`,
      this.place,
    );
  }

  private unserializable(what: string, value: unknown): MillraceError {
    return new MillraceError(
      'SERIALIZATION_FAILED',
      `store ${this.spec.name} logs bytes: ${what} must be a Uint8Array, not ${kindAndSize(value)}`,
      this.place,
    );
  }
}
