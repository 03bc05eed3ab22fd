/** Where stores of the user's own making are: what only the instance that opens them knows. */

/** Folders that stores fill as they like. */
export interface StoreFolders {
  /** Makes an empty one, and gives its path. @throws MillraceError STORE_FAILED */
  make(store: string): string;
  /** @throws MillraceError STORE_FAILED */
  remove(store: string): void;
}

export interface StoreHome {
  readonly applicationId: string;
  /** Null where there is no disk. */
  readonly folders: StoreFolders | null;
}

/** Of stores that are read by tools, or written by tests. */
export const NO_HOME: StoreHome = { applicationId: '', folders: null };
