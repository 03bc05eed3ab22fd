/** Listens to the instance: by fetch, since an EventSource could not send the token. */
import type { LiveData } from '../src/serve/dashboard/live-data.js';
import { EventStream } from './event-stream.js';

/** How the instance answers: `refused` without the right token, `silent` when it does not. */
export type Contact = 'waiting' | 'listening' | 'refused' | 'silent';

const AGAIN_MS = 1_000;

export function watch(
  token: string | null,
  heard: (data: LiveData) => void,
  contact: (how: Contact) => void,
): () => void {
  const ended = new AbortController();
  let timer: number | undefined;
  const again = (): void => {
    if (ended.signal.aborted) return;
    contact('silent');
    timer = window.setTimeout(listen, AGAIN_MS);
  };
  const listen = (): void => {
    follow(token, heard, contact, ended.signal).then((goesOn) => {
      if (goesOn) again();
    }, again);
  };
  contact('waiting');
  listen();
  return () => {
    ended.abort();
    window.clearTimeout(timer);
  };
}

/** Until the stream ends. @returns whether to try it again */
async function follow(
  token: string | null,
  heard: (data: LiveData) => void,
  contact: (how: Contact) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch('live', { headers, signal, cache: 'no-store' });
  if (response.status === 401) {
    contact('refused');
    return false;
  }
  if (!response.ok || response.body === null) return true;
  const events = new EventStream();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return true;
    for (const text of events.take(value)) {
      contact('listening');
      heard(JSON.parse(text) as LiveData);
    }
  }
}
