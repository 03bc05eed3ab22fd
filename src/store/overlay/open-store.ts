/** Makes the store that a description asks for. */
import type { StoreSpec } from '../spec.js';
import { OverlayJoinBuffer } from './join/join-buffer.js';
import { OverlayKeyValueStore } from './key-value/key-value.js';
import { OverlayOuterJoinStore } from './join/outer-join.js';
import { OverlayLruStore } from './key-value/lru-key-value.js';
import type { OverlayStore } from './epoch/overlay-store.js';
import { OverlaySessionStore } from './session/session.js';
import { sessionGeometryOf } from './session/session-geometry.js';
import type { StoreSite } from './epoch/store-site.js';
import { OverlaySuppressBuffer } from './suppress/suppress-buffer.js';
import { OverlaySubscriptionStore } from './subscription/subscriptions.js';
import { OverlayTimestampedKeyValueStore } from './key-value/timestamped-key-value.js';
import { OverlayTimestampedWindowStore } from './window/timestamped-window.js';
import { versionGeometryOf } from './versioned/version-geometry.js';
import { OverlayVersionedStore } from './versioned/versioned.js';
import { OverlayWindowStore } from './window/window.js';
import { geometryOf } from './window/window-geometry.js';

/** @throws MillraceError TOPOLOGY_INVALID for a description that lacks something */
export function openStore(site: StoreSite): OverlayStore {
  const { spec } = site.opening;
  switch (spec.kind) {
    case 'keyValue':
      return spec.maxEntries === undefined ? new OverlayKeyValueStore(site) : new OverlayLruStore(site);
    case 'timestampedKeyValue':
      return new OverlayTimestampedKeyValueStore(site);
    case 'window':
      return new OverlayWindowStore(site);
    case 'timestampedWindow':
      return new OverlayTimestampedWindowStore(site);
    case 'joinBuffer':
      return new OverlayJoinBuffer(site);
    case 'suppressBuffer':
      return new OverlaySuppressBuffer(site);
    case 'outerJoin':
      return new OverlayOuterJoinStore(site);
    case 'subscription':
      return new OverlaySubscriptionStore(site);
    case 'session':
      return new OverlaySessionStore(site);
    case 'versioned':
      return new OverlayVersionedStore(site);
  }
}

/** What the bytes on disk depend on: a store whose shape has changed cannot read what is there. */
export function shapeOf(spec: StoreSpec): string {
  switch (spec.kind) {
    case 'keyValue':
    case 'timestampedKeyValue':
      return spec.kind;
    case 'window':
    case 'timestampedWindow':
      return `${spec.kind},${geometryOf(spec).shape}${spec.retainDuplicates === true ? ',duplicates' : ''}`;
    case 'session':
      return `session,${sessionGeometryOf(spec).shape}`;
    case 'versioned':
      return `${spec.kind},${versionGeometryOf(spec).shape}`;
    default:
      return spec.kind;
  }
}
