import { describe } from 'vitest';
import { findProgram } from '../../../src/local-kafka/find-program.js';
import { launcherSuite } from './launcher-suite.js';

const java = (await findProgram('java', ['JAVA_HOME'])) !== undefined && (await findProgram('mvn')) !== undefined;

// A machine with Docker alone is one that the launcher supports, too.
describe.skipIf(!java && process.env.MILLRACE_TEST_KAFKA !== 'java')('a broker as a Java process', () => {
  launcherSuite('java');
});
