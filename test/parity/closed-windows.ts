/** Notices the windows that are emitted here when they close, and that the JVM does not find in its store any more. */
import type { SessionStore } from '../../src/store/session-store.js';
import type { SessionSpec, WindowSpec } from '../../src/store/spec.js';
import type { TimestampedWindowStore } from '../../src/store/window-store.js';
import type { TopologyTestDriver } from '../../src/testing/test-driver.js';
import type { Topology } from '../../src/topology/topology.js';

const LEAST_SEGMENT_MS = 60_000;

export function watchClosed(driver: TopologyTestDriver, topology: Topology, onLost: () => void): void {
  for (const spec of topology.stores.values()) {
    if ((spec.kind !== 'session' && spec.kind !== 'window') || spec.keepsClosed !== true) continue;
    if (spec.kind === 'session') watchSessions(driver.store(spec.name), spec, onLost);
    else watchWindows(driver.store(spec.name), spec, onLost);
  }
}

function watchWindows(
  store: TimestampedWindowStore<unknown, unknown>,
  { engine, retentionMs }: WindowSpec,
  onLost: () => void,
): void {
  // What is cached is found, expired or not.
  if (store.caching) return;
  const take = store.takeClosed.bind(store);
  store.takeClosed = (upTo, visit) =>
    take(
      upTo,
      visit === null
        ? null
        : (key, start, value, timestamp) => {
            if (start < store.streamTime - retentionMs + (engine === 'memory' ? 1 : 0)) onLost();
            return visit(key, start, value, timestamp);
          },
    );
}

/** On disk they are found, expired or not, until their segment is dropped. */
function watchSessions(
  store: SessionStore<unknown, unknown>,
  { engine, retentionMs }: SessionSpec,
  onLost: () => void,
): void {
  const segmentMs = Math.max(Math.floor(retentionMs / 2), LEAST_SEGMENT_MS);
  const take = store.takeClosed.bind(store);
  store.takeClosed = (upTo, visit) =>
    take(
      upTo,
      visit === null
        ? null
        : (key, start, end, value) => {
            const expired = store.streamTime - retentionMs;
            if (end < (engine === 'memory' ? expired + 1 : Math.floor(expired / segmentMs) * segmentMs)) onLost();
            return visit(key, start, end, value);
          },
    );
}
