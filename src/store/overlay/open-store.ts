/** Makes the store that a description asks for. */
import type { StoreSpec } from '../spec.js';
import { OverlayJoinBuffer } from './join/join-buffer.js';
import { OverlayHeadedKeyValueStore } from './key-value/headed-key-value.js';
import { OverlayKeyValueStore } from './key-value/key-value.js';
import { OverlayOuterJoinStore } from './join/outer-join.js';
import { OverlayLruStore } from './key-value/lru-key-value.js';
import type { OverlayStore } from './epoch/overlay-store.js';
import { OverlayHeadedSessionStore } from './session/headed-session.js';
import { OverlaySessionStore } from './session/session.js';
import { sessionGeometryOf } from './session/session-geometry.js';
import type { StoreSite } from './epoch/store-site.js';
import { OverlaySuppressBuffer } from './suppress/suppress-buffer.js';
import { OverlaySubscriptionStore } from './subscription/subscriptions.js';
import { OverlayTimestampedKeyValueStore } from './key-value/timestamped-key-value.js';
import { OverlayHeadedWindowStore } from './window/headed-window.js';
import { OverlayTimestampedWindowStore } from './window/timestamped-window.js';
import { versionGeometryOf } from './versioned/version-geometry.js';
import { OverlayVersionedStore } from './versioned/versioned.js';
import { OverlayWindowStore } from './window/window.js';
import { geometryOf } from './window/window-geometry.js';

export function openStore(site: StoreSite): OverlayStore {
  const { spec } = site.opening;
  switch (spec.kind) {
    case 'keyValue':
      if (spec.format === 'headers') return new OverlayHeadedKeyValueStore(site);
      if (spec.format === 'timestamped') return new OverlayTimestampedKeyValueStore(site);
      if (spec.maxEntries !== undefined) return new OverlayLruStore(site, spec.maxEntries);
      return new OverlayKeyValueStore(site);
    case 'window':
      if (spec.format === 'headers') return new OverlayHeadedWindowStore(site, spec);
      return spec.format === 'timestamped'
        ? new OverlayTimestampedWindowStore(site, spec)
        : new OverlayWindowStore(site, spec);
    case 'session':
      return spec.format === 'headers'
        ? new OverlayHeadedSessionStore(site, spec)
        : new OverlaySessionStore(site, spec);
    case 'versioned':
      return new OverlayVersionedStore(site, spec);
    case 'suppressBuffer':
      return new OverlaySuppressBuffer(site, spec);
    case 'joinBuffer':
      return new OverlayJoinBuffer(site, spec);
    case 'outerJoin':
      return new OverlayOuterJoinStore(site);
    case 'subscription':
      return new OverlaySubscriptionStore(site);
  }
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
      return spec.kind;
  }
}
