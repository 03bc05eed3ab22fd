/** A small line chart of the last hour. */
import type { JSX } from 'preact';
import type { HourSample } from '../src/serve/dashboard/last-hour.js';
import { duration } from './format.js';
import { linePath, roundTop, spanOf } from './chart-line.js';

const WIDTH = 320;
const HEIGHT = 80;

interface ChartParts {
  readonly title: string;
  readonly samples: readonly HourSample[];
  readonly value: (of: HourSample) => number | null;
  readonly format: (value: number | null) => string;
  readonly now: number;
  /** Whether the values are bytes. */
  readonly binary: boolean;
}

export function Chart({ title, samples, value, format, now, binary }: ChartParts): JSX.Element {
  const points = samples.map((sample) => [sample.at, value(sample)] as const);
  const values = points.map(([, one]) => one).filter((one) => one !== null);
  const top = roundTop(values, binary);
  const span = spanOf(samples[0]?.at, now);
  const place = { width: WIDTH, height: HEIGHT, from: now - span, to: now, top };
  const last = values.at(-1) ?? null;
  const highest = values.length === 0 ? null : Math.max(...values);
  return (
    <figure>
      <figcaption>
        <h2>{title}</h2>
        <span class="number">{format(last)}</span>
      </figcaption>
      <svg
        viewBox={`0 -2 ${String(WIDTH)} ${String(HEIGHT + 4)}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title} over the last hour: now ${format(last)}, at most ${format(highest)}`}
      >
        <path
          class="scale"
          d={`M0 0H${String(WIDTH)}M0 ${String(HEIGHT / 2)}H${String(WIDTH)}M0 ${String(HEIGHT)}H${String(WIDTH)}`}
        />
        <path class="line" d={linePath(points, place)} />
      </svg>
      <p class="scale-text" aria-hidden="true">
        <span>{duration(span)} ago</span>
        <span>top {format(top)}</span>
        <span>now</span>
      </p>
    </figure>
  );
}
