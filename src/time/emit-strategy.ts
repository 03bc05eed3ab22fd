/** When the results of windows are emitted. */
import { MillraceError } from '../errors/error.js';

/**
 * `onWindowUpdate`: every update, or with caching the last one before a commit. `onWindowClose`: the final result, once.
 * Kafka Streams: `EmitStrategy`.
 */
export type EmitStrategy = 'onWindowUpdate' | 'onWindowClose';

/** @throws MillraceError CONFIG_INVALID */
export function checkEmitStrategy(strategy: unknown): void {
  if (strategy === 'onWindowUpdate' || strategy === 'onWindowClose') return;
  throw new MillraceError(
    'CONFIG_INVALID',
    `emitStrategy() takes 'onWindowUpdate' or 'onWindowClose', not ${JSON.stringify(strategy)}`,
  );
}
