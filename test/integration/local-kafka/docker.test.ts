import { execFileSync } from 'node:child_process';
import { describe } from 'vitest';
import { KAFKA_VERSION } from '../../../src/local-kafka/kafka-version.js';
import { launcherSuite } from './launcher-suite.js';

// Without Docker there is nothing to test here; .ci/run demands it by MILLRACE_TEST_KAFKA=docker.
describe.skipIf(!imageIsHere() && process.env.MILLRACE_TEST_KAFKA !== 'docker')('a broker in a container', () => {
  launcherSuite('docker');
});

function imageIsHere(): boolean {
  try {
    execFileSync('docker', ['image', 'inspect', `apache/kafka:${KAFKA_VERSION}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
