/**
 * Which broker the tests are to run against: `MILLRACE_TEST_KAFKA` is `docker`, `java`, `environment`, or unset, and
 * `MILLRACE_TEST_KAFKA_VERSION` its version, by default the one of reference.
 */
import type { KafkaOrigin } from '../../src/local-kafka/options.js';

export function askedVersion(): { version?: string } {
  const version = process.env.MILLRACE_TEST_KAFKA_VERSION ?? '';
  return version === '' ? {} : { version };
}

export function askedOrigin(): { use?: KafkaOrigin } {
  const asked = process.env.MILLRACE_TEST_KAFKA ?? '';
  switch (asked) {
    case '':
      return {};
    case 'docker':
    case 'java':
    case 'environment':
      return { use: asked };
    default:
      throw new Error(`MILLRACE_TEST_KAFKA is "${asked}"; it may be docker, java or environment.`);
  }
}
