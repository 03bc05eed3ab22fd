/** A store described from what stands on disk about it: enough to read its rows, without the topology that made it. */
import { bytes } from '../../serde/bytes.js';
import type { StoreFormat, StoreKind, StoreSpec } from '../spec.js';
import { shapeOf } from './open-store.js';

/** How a store is kept. */
export interface StoredShape {
  readonly kind: StoreKind;
  readonly format: StoreFormat;
  /** Keeps several values of a key and time (the stores of stream-stream joins). */
  readonly duplicates: boolean;
}

const FORMATS = ['plain', 'timestamped', 'headers'] as const;
const BARE_KINDS = ['suppressBuffer', 'joinBuffer', 'outerJoin', 'subscription'] as const;
/** Keeps a quotient of whole numbers above the one that it stands for. */
const A_LITTLE_LESS = 1 - 1e-9;

/** The kind and format of a shape; null when it is of a version that is not known here. */
export function readShape(shape: string): StoredShape | null {
  const spec = specOfShape('any', shape);
  if (spec === null) return null;
  const duplicates = spec.kind === 'window' && spec.retainDuplicates === true;
  return { kind: spec.kind, format: spec.format, duplicates };
}

/** A description that is kept in this shape; null where there is none. */
export function specOfShape(name: string, shape: string): StoreSpec | null {
  const sizes = new Map([...shape.matchAll(/,(segment|row)=(\d+)/g)].map(([, what, size]) => [what, Number(size)]));
  const duplicates = shape.endsWith(',duplicates');
  return (
    candidates(name, sizes.get('segment') ?? 0, sizes.get('row') ?? 0, duplicates).find(
      (spec) => shapeOf(spec) === shape,
    ) ?? null
  );
}

function candidates(name: string, segment: number, row: number, retainDuplicates: boolean): StoreSpec[] {
  const common = { name, key: bytes(), value: bytes(), engine: 'level', caching: false, logging: {} } as const;
  const specs: StoreSpec[] = [];
  for (const format of FORMATS) {
    specs.push({ ...common, kind: 'keyValue', format });
    if (segment > 0 && row > 0) {
      const windowSizeMs = (segment / (4 * Math.ceil(segment / row))) * A_LITTLE_LESS;
      const times = { retentionMs: 2 * segment, segmentIntervalMs: segment, windowSizeMs };
      specs.push({ ...common, ...times, kind: 'window', format, retainDuplicates });
    }
  }
  for (const format of ['plain', 'headers'] as const) {
    if (row > 0) specs.push({ ...common, kind: 'session', format, retentionMs: 1, sessionGapMs: row / 4 });
    specs.push({ ...common, kind: 'suppressBuffer', format });
  }
  if (segment > 0) {
    const times = { retentionMs: 2 * segment, segmentIntervalMs: segment };
    specs.push({ ...common, ...times, kind: 'versioned', format: 'plain' });
  }
  for (const kind of BARE_KINDS) {
    if (kind === 'joinBuffer') specs.push({ ...common, kind, format: 'plain', retentionMs: 0 });
    else if (kind === 'outerJoin') specs.push({ ...common, kind, format: 'plain', rightValue: bytes() });
    else if (kind === 'subscription') specs.push({ ...common, kind, format: 'plain' });
  }
  return specs;
}
