/** How long one piece of work may hold the thread before heartbeats, sockets and other tasks have their turn. */

/**
 * Time that is handed out in slices. Whoever does much in a row asks after each step whether the slice is over, stops there,
 * and goes on in another slice.
 */
export interface Slice {
  /** A new slice begins. */
  begin(): void;
  /** Whether the slice is over. Cheap enough to be asked after each record. */
  over(): boolean;
  /** Resolves once others have had their turn; a new slice has begun then. */
  pause(): Promise<void>;
}

/** Never ends: for tests and tools that run a topology to completion in one go. */
export const endlessSlice: Slice = {
  begin: () => undefined,
  over: () => false,
  pause: () => Promise.resolve(),
};
