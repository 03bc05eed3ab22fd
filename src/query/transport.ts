/** The way to another instance, as those who ask it see it: over HTTP, or over TLS where the application has certificates. */

/** What an instance answered. */
export interface Reply {
  readonly status: number;
  /** Parsed JSON; null unless the status is 200. */
  readonly body: unknown;
}

/** What is sent. */
export interface Post {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** What is to be answered until the connection ends. */
export interface StreamAsked {
  /** Null: the path says it all, and it is a GET. */
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface InstanceTransport {
  /** @throws what kept the instance from being asked */
  post(host: string, path: string, post: Post): Promise<Reply>;
  /** The body of what is answered, as it comes. @throws what kept the instance from being asked, or that it refused */
  stream(host: string, path: string, ask: StreamAsked): Promise<AsyncIterable<Uint8Array>>;
}
