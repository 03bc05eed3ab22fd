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

export function openStore(site: StoreSite): OverlayStore {
  const { spec } = site.opening;
  switch (spec.kind) {
    case 'keyValue':
      if (spec.format === 'timestamped') return new OverlayTimestampedKeyValueStore(site);
      if (spec.maxEntries !== undefined) return new OverlayLruStore(site, spec.maxEntries);
      return new OverlayKeyValueStore(site);
    case 'window':
      return spec.format === 'timestamped'
        ? new OverlayTimestampedWindowStore(site, spec)
        : new OverlayWindowStore(site, spec);
    case 'session':
      return new OverlaySessionStore(site, spec);
    case 'versioned':
      return new OverlayVersionedStore(site, spec);
    case 'suppressBuffer':
      return new OverlaySuppressBuffer(site);
    case 'joinBuffer':
      return new OverlayJoinBuffer(site, spec);
    case 'outerJoin':
      return new OverlayOuterJoinStore(site);
    case 'subscription':
      return new OverlaySubscriptionStore(site);
  }
}

/** What the bytes on disk depend on: a store whose shape has changed cannot read what is there. */
export function shapeOf(spec: StoreSpec): string {
  switch (spec.kind) {
    case 'keyValue':
      return spec.format === 'timestamped' ? 'timestampedKeyValue' : spec.kind;
    case 'window': {
      const name = spec.format === 'timestamped' ? 'timestampedWindow' : spec.kind;
      return `${name},${geometryOf(spec).shape}${spec.retainDuplicates === true ? ',duplicates' : ''}`;
    }
    case 'session':
      return `${spec.kind},${sessionGeometryOf(spec).shape}`;
    case 'versioned':
      return `${spec.kind},${versionGeometryOf(spec).shape}`;
    case 'suppressBuffer':
    case 'joinBuffer':
    case 'outerJoin':
    case 'subscription':
      return spec.kind;
  }
}
