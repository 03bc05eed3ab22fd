/** Before each test file: tests of examples find the broker of the run as a user's tests find theirs, by the environment. */
import { expect, inject } from 'vitest';

if (/[\\/]examples[\\/]/.test(expect.getState().testPath ?? '')) {
  process.env.KAFKA_BROKERS = inject('kafkaBrokers').join(',');
}
