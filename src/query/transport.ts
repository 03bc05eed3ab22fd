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

export interface InstanceTransport {
  /** @throws what kept the instance from being asked */
  post(host: string, path: string, post: Post): Promise<Reply>;
  /** The body of what is answered, as it comes. @throws what kept the instance from being asked, or that it refused */
  stream(
    host: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>>;
}

/** Plain HTTP. */
export const plainTransport: InstanceTransport = {
  async post(host, path, { body, headers, timeoutMs }) {
    const response = await fetch(`http://${host}${path}`, {
      method: 'POST',
      ...{ body, headers },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.ok) return { status: response.status, body: await response.json() };
    await response.body?.cancel();
    return { status: response.status, body: null };
  },

  async stream(host, path, headers, signal) {
    const response = await fetch(`http://${host}${path}`, { headers, redirect: 'error', signal });
    if (response.ok && response.body !== null) return response.body;
    await response.body?.cancel();
    throw new Error(`it answered with status ${String(response.status)}`);
  },
};
