/** Who is told how the restoring of stores goes on. */
import { MillraceError } from '../../errors/error.js';
import { promised } from '../../errors/promised.js';
import { reasonOf, shownValue } from '../../errors/shown-value.js';
import type { EventChannels } from '../../observe/events.js';

export interface RestoreProgress {
  readonly store: string;
  readonly task: string;
  /** Changelog. */
  readonly topic: string;
  readonly partition: number;
}

/** Kafka Streams: `StateRestoreListener`. */
export interface RestoreListener {
  /** Reading goes from `startOffset` to `endOffset`, exclusive; equal ones mean that nothing is missing. */
  onRestoreStart?(store: RestoreProgress, startOffset: number, endOffset: number): void;
  onBatchRestored?(store: RestoreProgress, nextOffset: number, records: number): void;
  onRestoreEnd?(store: RestoreProgress, records: number): void;
}

const METHODS = [
  'onRestoreStart',
  'onBatchRestored',
  'onRestoreEnd',
] as const satisfies readonly (keyof RestoreListener)[];

/** @throws MillraceError CONFIG_INVALID for a listener that would never be called */
export function checkRestoreListener(listener: RestoreListener): void {
  const given: unknown = listener;
  if (typeof given === 'object' && given !== null) {
    if (METHODS.some((method) => typeof (given as RestoreListener)[method] === 'function')) return;
  }
  const what = `onRestore() takes an object with one or more of ${METHODS.join('(), ')}()`;
  throw new MillraceError('CONFIG_INVALID', `${what}, not ${shownValue(given)}`);
}

/**
 * A listener of the user's as a task that restores may call it.
 * @throws MillraceError PROCESSING_FAILED, in every method, when the listener throws or returns a promise: nobody waits for it
 */
export class GuardedRestoreListener implements Required<RestoreListener> {
  constructor(
    private readonly listener: RestoreListener,
    private readonly task: string,
  ) {}

  onRestoreStart(store: RestoreProgress, startOffset: number, endOffset: number): void {
    this.call('onRestoreStart', store, () => this.listener.onRestoreStart?.(store, startOffset, endOffset));
  }

  onBatchRestored(store: RestoreProgress, nextOffset: number, records: number): void {
    this.call('onBatchRestored', store, () => this.listener.onBatchRestored?.(store, nextOffset, records));
  }

  onRestoreEnd(store: RestoreProgress, records: number): void {
    this.call('onRestoreEnd', store, () => this.listener.onRestoreEnd?.(store, records));
  }

  private call(method: keyof RestoreListener, { store, topic, partition }: RestoreProgress, tell: () => unknown): void {
    const place = { store, topic, partition, task: this.task };
    let result: unknown;
    try {
      result = tell();
    } catch (cause) {
      throw new MillraceError('PROCESSING_FAILED', `${method} of a restore listener failed: ${reasonOf(cause)}`, {
        ...place,
        cause,
      });
    }
    if (result instanceof Promise) throw promised(result, `${method} of a restore listener`).completed(place);
  }
}

/** Tells the channels of the application. */
export function restoreEvents(channels: EventChannels): RestoreListener {
  const tell = ({ store, task, topic, partition }: RestoreProgress, phase: 'start' | 'end', records: number): void => {
    channels.tell('millrace:restore', { task, store, topic, partition, phase, records });
  };
  return {
    onRestoreStart(store, startOffset, endOffset) {
      tell(store, 'start', Math.max(0, endOffset - startOffset));
    },
    onRestoreEnd(store, records) {
      tell(store, 'end', records);
    },
  };
}
