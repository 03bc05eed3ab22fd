/** Either side as an application that runs until it is ended: the sum of each user's orders, one result an order. */
import { join } from 'node:path';
import type { Guarantee } from '../run/arguments.js';
import type { JvmSide } from './jvm.js';
import { Served } from './served.js';

/** `jvm-transactional`: with `enable.transactional.statestores`. */
export type Side = 'millrace' | 'jvm' | 'jvm-transactional';

export interface ServingOptions {
  readonly brokers: string;
  readonly application: string;
  readonly input: string;
  readonly output: string;
  readonly guarantee: Guarantee;
  readonly stateDir: string;
}

/** What either side says when its tasks process. */
export const RUNNING = '-> RUNNING';
const WORKLOAD = 'agg';
/** Of both guarantees, so that results are there as early in one as in the other. */
const COMMIT_INTERVAL_MS = 100;

export function startServing(side: Side, jvm: JvmSide, given: ServingOptions): Served {
  const { brokers, application, input, output, guarantee, stateDir } = given;
  const common = { brokers, workload: WORKLOAD, input, output, guarantee, 'state-dir': stateDir };
  if (side !== 'millrace') {
    const stores = side === 'jvm' ? 'no' : 'yes';
    const options = { application, 'commit-interval-ms': COMMIT_INTERVAL_MS, 'transactional-stores': stores };
    return jvm.start('serve', { ...common, ...options });
  }
  const own = { 'application-id': application, 'commit-interval': COMMIT_INTERVAL_MS, caching: 'off' };
  const words = Object.entries({ ...common, ...own }).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return new Served(process.execPath, [join(process.cwd(), 'bench/start.js'), 'run', '--serve', ...words]);
}
