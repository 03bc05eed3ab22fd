/** What an asynchronous function is told of its call, beside the record. */
export interface AsyncAttempt {
  /** 1 for the first call for a record; more when earlier ones failed and are tried again. */
  readonly attempt: number;
  /** Aborted when the attempt has taken too long, or when its task is closed. Pass it on to `fetch` and the like. */
  readonly signal: AbortSignal;
}
