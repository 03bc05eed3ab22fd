/** Whether an instance is well, in one answer: for the server, and for those who have one already. */
import { hasEnded } from '../observe/instance-state.js';
import type { MetricsSnapshot } from '../observe/measurements.js';

export interface Health {
  /** The process is of use: false once the application has ended, so that it is started anew. A restart would not help against anything else. */
  readonly live: boolean;
  /** Every assigned task is restored and processes records. */
  readonly ready: boolean;
  readonly state: string;
  /** Why it is not ready, in words; empty when it is. */
  readonly reasons: readonly string[];
}

/** What is asked: an application. */
export interface HealthSource {
  readonly state: string;
  readonly isPaused: boolean;
  metrics(): Pick<MetricsSnapshot, 'stalls' | 'restore'>;
}

/** @param streams an application, at any time */
export function health(streams: HealthSource): Health {
  const { state } = streams;
  const reasons: string[] = [];
  if (state !== 'RUNNING') {
    const { now, lag } = streams.metrics().restore;
    const restoring =
      now.length === 0 ? '' : `; ${String(now.length)} stores are restored, ${String(lag)} records to go`;
    reasons.push(`the state is ${state}${restoring}`);
  } else {
    for (const { task, reason, forMs } of streams.metrics().stalls.now) {
      reasons.push(`task ${task} has stood still for ${String(Math.round(forMs / 1000))} s: ${reason}`);
    }
  }
  if (streams.isPaused) reasons.push('the application is paused');
  return { live: !hasEnded(state), ready: reasons.length === 0, state, reasons };
}

/** What an indicator of @nestjs/terminus gives. */
export type HealthIndicatorResult<Name extends string> = Record<
  Name,
  { readonly status: 'up' | 'down'; readonly state: string; readonly reasons: readonly string[] }
>;

/**
 * An indicator for the `HealthCheckService` of @nestjs/terminus, 11 or newer: `check([healthIndicator(streams)])`.
 * @param asks default `ready`; `live` for the probe that decides about a restart
 */
export function healthIndicator<Name extends string = 'millrace'>(
  streams: HealthSource,
  { name = 'millrace' as Name, asks = 'ready' }: { readonly name?: Name; readonly asks?: 'live' | 'ready' } = {},
): () => HealthIndicatorResult<Name> {
  return () => {
    const { state, reasons, ...well } = health(streams);
    return { [name]: { status: well[asks] ? 'up' : 'down', state, reasons } } as HealthIndicatorResult<Name>;
  };
}
