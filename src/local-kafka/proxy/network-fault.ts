/** What can be wrong with a network between an application and its brokers, and what that makes of one connection. */

/** One thing that is wrong. It begins with `disturb` and, except for `cut`, lasts until it is ended. */
export type NetworkFault =
  /** Open connections are reset, once. New ones work. */
  | { readonly kind: 'cut' }
  /** Open connections are reset, and so is every new one. */
  | { readonly kind: 'refuse' }
  /**
   * Open connections are forgotten, as a NAT or a firewall does it: nothing arrives any more on either side, and no side is
   * told, not even when the other closes. They stay so for ever. New connections work, or with `fresh: 'dead'` are accepted
   * and then silent as well, until the fault is ended.
   */
  | { readonly kind: 'halfOpen'; readonly fresh?: 'work' | 'dead' }
  /** Nothing arrives in either direction; when the fault is ended, what was held back arrives after all. */
  | { readonly kind: 'hold' }
  /** Everything arrives so much later, in each direction. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** No connection carries more than this, in each direction. */
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number }
  /** Requests arrive, and what the broker answers is lost, response by response. */
  | { readonly kind: 'dropResponses' };

/** Whom a fault meets: everybody, unless it says otherwise. */
export interface FaultTarget {
  /** Only connections to this broker: its position in `brokers`. */
  readonly broker?: number | undefined;
  /** Only connections of clients whose Kafka client id is this text or matches. A client is known by its first request. */
  readonly client?: string | RegExp | undefined;
}

/** Of the connection that is asked about. */
export interface ConnectionIdentity {
  readonly broker: number;
  /** Undefined before the first request, and where that cannot be read (TLS). */
  readonly clientId: string | undefined;
}

/** All faults that meet one connection, as one. */
export interface Conditions {
  readonly refused: boolean;
  /** A connection that begins is forgotten. */
  readonly dead: boolean;
  readonly held: boolean;
  readonly delayMs: number;
  readonly bytesPerSecond: number;
  readonly responsesDropped: boolean;
}

/** A fault that goes on. */
export interface ActiveFault {
  readonly fault: NetworkFault;
  readonly target: FaultTarget;
}

export function meets(target: FaultTarget, connection: ConnectionIdentity): boolean {
  if (target.broker !== undefined && target.broker !== connection.broker) return false;
  if (target.client === undefined) return true;
  if (connection.clientId === undefined) return false;
  // `search` looks at no `lastIndex`, which a global expression keeps between two tests.
  return typeof target.client === 'string'
    ? target.client === connection.clientId
    : connection.clientId.search(target.client) >= 0;
}

export function conditionsOf(connection: ConnectionIdentity, active: Iterable<ActiveFault>): Conditions {
  let refused = false;
  let dead = false;
  let held = false;
  let delayMs = 0;
  let bytesPerSecond = Infinity;
  let responsesDropped = false;
  for (const { fault, target } of active) {
    if (!meets(target, connection)) continue;
    if (fault.kind === 'refuse') refused = true;
    else if (fault.kind === 'halfOpen') dead ||= fault.fresh === 'dead';
    else if (fault.kind === 'hold') held = true;
    else if (fault.kind === 'delay') delayMs += fault.ms;
    else if (fault.kind === 'throttle') bytesPerSecond = Math.min(bytesPerSecond, fault.bytesPerSecond);
    else if (fault.kind === 'dropResponses') responsesDropped = true;
  }
  return { refused, dead, held, delayMs, bytesPerSecond, responsesDropped };
}
