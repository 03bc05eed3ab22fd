/** What the page knows: what it was told last, and enough of before to say how fast things move. */
import type { HistogramSnapshot } from '../src/observe/histogram.js';
import type { Occurrence } from '../src/observe/activity.js';
import type { HourSample } from '../src/serve/dashboard/last-hour.js';
import type { Introduction, LiveData, Moment } from '../src/serve/dashboard/live-data.js';

/** Moments that are kept: a minute. */
const MOST_MOMENTS = 61;
const MOST_OCCURRENCES = 200;
const MOST_SAMPLES = 720;
/** Rates are those of so long. */
const RATE_MS = 5_000;

export interface Model {
  readonly introduction: Introduction;
  /** Oldest first; never empty. */
  readonly moments: readonly Moment[];
  readonly occurrences: readonly Occurrence[];
  readonly samples: readonly HourSample[];
}

/** What it knows after it was told something; null until it was told what the application is. */
export function told(before: Model | null, { introduction, moment, news }: LiveData): Model | null {
  // Who was introduced again is told everything again; the instance may have begun anew.
  if (introduction !== undefined) {
    return { introduction, moments: [moment], occurrences: news.occurrences, samples: news.samples };
  }
  if (before === null) return null;
  return {
    introduction: before.introduction,
    moments: [...before.moments, moment].slice(-MOST_MOMENTS),
    occurrences: [...before.occurrences, ...news.occurrences].slice(-MOST_OCCURRENCES),
    samples: [...before.samples, ...news.samples].slice(-MOST_SAMPLES),
  };
}

export function latest({ moments }: Model): Moment {
  return moments.at(-1) as Moment;
}

/** By how much a counter grew in a second, over the last few; null while that is not known. */
export function perSecond(moments: readonly Moment[], counter: (of: Moment) => number): number | null {
  const now = moments.at(-1);
  if (now === undefined) return null;
  const from = moments.find(({ at }) => at >= now.at - RATE_MS);
  if (from === undefined || from === now) return null;
  // One that was replaced counts from zero again.
  return (Math.max(0, counter(now) - counter(from)) * 1_000) / (now.at - from.at);
}

/** Lengths of time of the last minute: so long or shorter were `share` of them, ms; null when there was none. */
export function quantile(
  moments: readonly Moment[],
  histogram: (of: Moment) => HistogramSnapshot | undefined,
  share: number,
): number | null {
  const [first] = moments;
  const last = moments.at(-1);
  const now = last === undefined ? undefined : histogram(last);
  if (first === undefined || now === undefined) return null;
  const began = first === last ? undefined : histogram(first);
  const before = began !== undefined && began.count <= now.count ? began : undefined;
  const total = now.count - (before?.count ?? 0);
  if (total <= 0) return null;
  const wanted = Math.ceil(total * share);
  for (const [i, { atMost, count }] of now.buckets.entries()) {
    if (count - (before?.buckets[i]?.count ?? 0) >= wanted) return atMost;
  }
  return now.max;
}
