/** Draws the records of a plan: out of order, late, null, repeated, with and without headers. */
import type { Draw } from './draw.js';
import type { Input, InputRecord } from './plan.js';
import type { Topic, Workbench } from './workbench.js';

const KEYS = ['a', 'b', 'c', 'd', 'é'];
const VALUES = ['x', 'y', 'z', 'x1', 'ab', 'ünicode', ''];
/** Longer than the segments of window stores of short windows. */
const SEGMENT_MS = 60_000;

export interface InputKinds {
  /** Some values are no bytes of their type. */
  readonly undecodable: boolean;
  /** The wall clock goes on in between. */
  readonly advancing: boolean;
  /** Records do not begin at a time of today. */
  readonly early: boolean;
}

export function drawInputs(draw: Draw, bench: Workbench, records: number, kinds: InputKinds): Input[] {
  const { undecodable, advancing, early } = kinds;
  const { scale, inputTopics } = bench;
  const keys = KEYS.slice(0, draw.between(1, KEYS.length));
  const nullKeys = draw.pick([0, 0.03, 0.15]);
  const nullValues = draw.pick([0, 0.08, 0.3]);
  const headers = draw.pick([0, 0.3]);
  const start = draw.pick([0, 100 * scale, 1_700_000_000_000]);
  // Wall clocks begin at 0, and timers send records of that time: from one so far ahead, the JVM's cache of sessions looks
  // through the segments in between one by one, for minutes.
  let time = advancing || early ? Math.min(start, 100 * scale) : start;
  const inputs: Input[] = [];
  for (let i = 0; i < records; i++) {
    if (advancing && draw.chance(0.1)) inputs.push({ advance: draw.pick([1, 400, 1_000, 2_500]) });
    time = next(draw, scale, time);
    // Late records do not set the time that the others go on from.
    const at = draw.chance(0.2) ? Math.max(0, time - draw.int(20) * scale) : time;
    inputs.push(record(draw.pick(inputTopics), Math.floor(at)));
  }
  return inputs;

  function record(topic: Topic, at: number): InputRecord {
    return {
      topic: topic.name,
      key: draw.chance(nullKeys) ? null : keyOf(topic),
      value: draw.chance(nullValues) ? null : valueOf(topic),
      time: at,
      ...(draw.chance(headers) ? { headers: drawHeaders(draw) } : {}),
    };
  }

  function valueOf(topic: Topic): InputRecord['value'] {
    if (topic.value !== 'long') return draw.pick(VALUES);
    return undecodable && draw.chance(0.2) ? { hex: '0102' } : draw.int(6);
  }

  function keyOf(topic: Topic): string | number {
    const key = draw.pick(keys);
    return topic.key === 'long' ? KEYS.indexOf(key) : key;
  }
}

function next(draw: Draw, scale: number, time: number): number {
  if (draw.chance(0.55)) return time + draw.int(3) * scale;
  if (draw.chance(0.7)) return time + (draw.int(3 * scale + 1) - scale > 0 ? draw.int(scale + 1) : 0);
  if (draw.chance(0.15)) return time + draw.between(10, 40) * scale;
  if (draw.chance(0.1)) return time + draw.between(1, 3) * SEGMENT_MS;
  if (draw.chance(0.2)) return Math.max(0, time - draw.between(1, 15) * scale);
  return time;
}

function drawHeaders(draw: Draw): [string, string | null][] {
  return Array.from({ length: draw.between(1, 3) }, () => [
    draw.pick(['trace', 'h', '']),
    draw.chance(0.15) ? null : draw.pick(['1', '2', '']),
  ]);
}
