/** Listens to the instance: by fetch, since an EventSource could not send the token. */
import type { LiveData } from '../src/serve/dashboard/live-data.js';
import { EventStream } from './event-stream.js';
import { Silence } from './silence.js';

/** How the instance answers: `refused` without the right token, `silent` when it does not, or says nothing any more. */
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

/** Until the stream ends, or nothing comes of it. @returns whether to try it again */
async function follow(
  token: string | null,
  heard: (data: LiveData) => void,
  contact: (how: Contact) => void,
  ended: AbortSignal,
): Promise<boolean> {
  const lost = new AbortController();
  const silence = new Silence(
    () => {
      contact('silent');
    },
    () => {
      lost.abort();
    },
  );
  try {
    return await listenTo(token, AbortSignal.any([ended, lost.signal]), contact, (data) => {
      silence.heard();
      heard(data);
    });
  } finally {
    silence.end();
  }
}

async function listenTo(
  token: string | null,
  signal: AbortSignal,
  contact: (how: Contact) => void,
  heard: (data: LiveData) => void,
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
