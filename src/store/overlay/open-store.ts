/** Makes the store that a description asks for. */
import type { KeyValueSpec, SessionSpec, StoreSpec, WindowSpec } from '../spec.js';
import type { StateStore } from '../state-store.js';
import { OverlayCustomStore } from './custom/custom-store.js';
import { EntryTable } from './entries/entry-table.js';
import { OverlayStore, type Contents } from './epoch/overlay-store.js';
import { OverlayParts } from './epoch/store-parts.js';
import { OverlayJoinBuffer, rawBytes } from './join/join-buffer.js';
import { OverlayHeadedKeyValueStore } from './key-value/headed-key-value.js';
import { OverlayKeyValueStore } from './key-value/key-value.js';
import { OverlayOuterJoinStore, waitingCodecs } from './join/outer-join.js';
import { OverlayLruStore } from './key-value/lru-key-value.js';
import { OverlayHeadedSessionStore } from './session/headed-session.js';
import { OverlaySessionStore } from './session/session.js';
import { SessionEntries } from './session/session-entries.js';
import { sessionGeometryOf } from './session/session-geometry.js';
import type { StoreSite } from './epoch/store-site.js';
import { OverlaySuppressBuffer } from './suppress/suppress-buffer.js';
import { OverlaySubscriptionStore } from './subscription/subscriptions.js';
import { OverlayTimestampedKeyValueStore } from './key-value/timestamped-key-value.js';
import { OverlayHeadedWindowStore } from './window/headed-window.js';
import { OverlayTimestampedWindowStore } from './window/timestamped-window.js';
import { versionGeometryOf } from './versioned/version-geometry.js';
import { OverlayVersionedStore } from './versioned/versioned.js';
import { VersionEntries } from './versioned/version-entries.js';
import { OverlayWindowStore } from './window/window.js';
import { WindowEntries } from './window/window-entries.js';
import { geometryOf } from './window/window-geometry.js';

export function openStore(site: StoreSite): OverlayStore {
  const { spec } = site.opening;
  switch (spec.kind) {
    case 'keyValue':
      return openKeyValue(new OverlayParts(site), spec);
    case 'window':
      return openWindow(new OverlayParts(site), spec);
    case 'session':
      return openSession(new OverlayParts(site), spec);
    case 'versioned': {
      const parts = new OverlayParts(site);
      const entries = new VersionEntries(parts, spec);
      return new OverlayStore(new OverlayVersionedStore(parts, entries), parts, entries, null);
    }
    case 'suppressBuffer': {
      const parts = new OverlayParts(site);
      return whole(new OverlaySuppressBuffer(parts, spec), parts);
    }
    case 'joinBuffer': {
      const parts = new OverlayParts(site, rawBytes(site));
      return whole(new OverlayJoinBuffer(parts, spec), parts);
    }
    case 'outerJoin': {
      const codecs = waitingCodecs(site);
      const parts = new OverlayParts(site, codecs);
      return whole(new OverlayOuterJoinStore(parts, codecs), parts);
    }
    case 'subscription': {
      const parts = new OverlayParts(site);
      return whole(new OverlaySubscriptionStore(parts), parts);
    }
    case 'custom': {
      const parts = new OverlayParts(site);
      return whole(new OverlayCustomStore(parts, spec), parts);
    }
  }
}

function openKeyValue(parts: OverlayParts, spec: KeyValueSpec): OverlayStore {
  const { format, maxEntries } = spec;
  const table = new EntryTable(parts, format, format !== 'plain');
  if (format === 'plain' && maxEntries !== undefined)
    return whole(new OverlayLruStore(parts, table, maxEntries), parts);
  const face =
    format === 'headers'
      ? new OverlayHeadedKeyValueStore(parts, table)
      : format === 'timestamped'
        ? new OverlayTimestampedKeyValueStore(parts, table)
        : new OverlayKeyValueStore(parts, table);
  return new OverlayStore(face, parts, table, table.emissions);
}

function openWindow(parts: OverlayParts, spec: WindowSpec): OverlayStore {
  const { format } = spec;
  const entries = new WindowEntries(parts, spec, format !== 'plain');
  const face =
    format === 'headers'
      ? new OverlayHeadedWindowStore(parts, entries)
      : format === 'timestamped'
        ? new OverlayTimestampedWindowStore(parts, entries)
        : new OverlayWindowStore(parts, entries);
  return new OverlayStore(face, parts, entries, entries.emissions);
}

function openSession(parts: OverlayParts, spec: SessionSpec): OverlayStore {
  const entries = new SessionEntries(parts, spec);
  const face =
    spec.format === 'headers' ? new OverlayHeadedSessionStore(parts, entries) : new OverlaySessionStore(parts, entries);
  return new OverlayStore(face, parts, entries, entries.emissions);
}

/** A store that is its own contents. */
function whole(store: StateStore & Contents, parts: OverlayParts): OverlayStore {
  return new OverlayStore(store, parts, store, null);
}

/** What shapes begin with, as in folders of earlier versions. */
const NAMES = {
  keyValue: { plain: 'keyValue', timestamped: 'timestampedKeyValue', headers: 'headedKeyValue' },
  window: { plain: 'window', timestamped: 'timestampedWindow', headers: 'headedWindow' },
  session: { plain: 'session', headers: 'headedSession' },
  suppressBuffer: { plain: 'suppressBuffer', headers: 'headedSuppressBuffer' },
} as const;

/** What the bytes on disk depend on: a store whose shape has changed cannot read what is there. */
export function shapeOf(spec: StoreSpec): string {
  switch (spec.kind) {
    case 'keyValue':
      return NAMES.keyValue[spec.format];
    case 'window': {
      return `${NAMES.window[spec.format]},${geometryOf(spec).shape}${spec.retainDuplicates === true ? ',duplicates' : ''}`;
    }
    case 'session':
      return `${NAMES.session[spec.format]},${sessionGeometryOf(spec).shape}`;
    case 'versioned':
      return `${spec.kind},${versionGeometryOf(spec).shape}`;
    case 'suppressBuffer':
      return NAMES.suppressBuffer[spec.format];
    case 'joinBuffer':
    case 'outerJoin':
    case 'subscription':
    case 'custom':
      return spec.kind;
  }
}
