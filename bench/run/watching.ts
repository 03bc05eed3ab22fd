/** A process of its own that watches an application as Prometheus and a person do: scrapes its metrics, keeps its dashboard open. */
import { get } from 'node:http';

/** Where to watch; or that it is over, for what was seen. */
export type ToldToWatch = { readonly url: string } | { readonly end: true };

export interface WhatWasSeen {
  readonly scrapes: number;
  readonly scrapedBytes: number;
  /** Of the dashboard's stream. */
  readonly events: number;
  readonly eventBytes: number;
}

const PERIOD_MS = 1_000;
const EVENT_ENDS = Buffer.from('\n\n');

const seen = { scrapes: 0, scrapedBytes: 0, events: 0, eventBytes: 0 };

/** Whatever goes wrong ends this process, and so the measurement. */
function ask(url: string, chunk: (bytes: Buffer) => void, end: () => void): void {
  get(url, (response) => {
    if (response.statusCode !== 200) throw new Error(`${url} answered ${String(response.statusCode)}`);
    response.on('data', chunk).on('end', end);
  });
}

function watch(url: string): void {
  const scrape = (): void => {
    ask(
      `${url}/metrics`,
      ({ length }) => {
        seen.scrapedBytes += length;
      },
      () => {
        seen.scrapes += 1;
      },
    );
  };
  scrape();
  setInterval(scrape, PERIOD_MS);
  ask(
    `${url}/dashboard/live`,
    (bytes) => {
      seen.eventBytes += bytes.length;
      for (let at = bytes.indexOf(EVENT_ENDS); at >= 0; at = bytes.indexOf(EVENT_ENDS, at + 2)) seen.events += 1;
    },
    () => {
      throw new Error('the dashboard ended its stream');
    },
  );
}

process.on('message', (told: ToldToWatch) => {
  if ('url' in told) watch(told.url);
  else
    process.send?.(seen satisfies WhatWasSeen, () => {
      process.exit(0);
    });
});
process.once('disconnect', () => {
  process.exit(0);
});
