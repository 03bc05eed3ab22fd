/**
 * `npm test`: set-up, then every check of the project, each even when an earlier one failed. The last line is
 * `N passed, N failed`: the tests of vitest, and one for each other check. Exits 1 when anything failed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root, setUp } from './set-up.js';

/**
 * @typedef {{ passed: number, failed: number, failures?: readonly string[] }} Count
 * @typedef {{ status: string, fullName: string, failureMessages: readonly string[] }} Test
 * @typedef {{ name: string, status: string, message: string, assertionResults: readonly Test[] }} TestFile
 * @typedef {{ name: string, command: readonly string[], report?: string, variables?: Readonly<Record<string, string>> }} Check
 */

/** A check that hangs must not hang the run; the integration suite takes a quarter of an hour, and twice that on a slow machine. */
const TIMEOUT_MS = 45 * 60_000;

/** Beside the one of reference, which src/local-kafka/kafka-version.ts names: a broker and a JVM that are in wide use. */
const EARLIER_KAFKA = '4.3.1';

setUp();
const reports = mkdtempSync(join(tmpdir(), 'millrace-test-'));
const results = [];
try {
  for (const check of allChecks()) results.push(await run(check));
} finally {
  rmSync(reports, { recursive: true, force: true });
}

console.log();
for (const { name, passed, failed, failures = [], seconds } of results) {
  console.log(
    `${failed === 0 ? 'ok    ' : 'FAILED'}  ${name.padEnd(32)} ${`${seconds.toFixed(1)} s`.padStart(8)}  ${passed} passed, ${failed} failed`,
  );
  for (const failure of failures) console.log(`        ${failure}`);
}
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** @returns {Check[]} */
function allChecks() {
  const examples = readdirSync(join(root, 'examples'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [
    { name: 'lint', command: ['npm', 'run', '--silent', 'lint'] },
    { name: 'types', command: ['npm', 'run', '--silent', 'typecheck'] },
    { name: 'package', command: ['npm', 'run', '--silent', 'check:package'] },
    vitest('unit'),
    vitest('integration'),
    ...checksWithJvm(),
    // An example without a check would fail here, by its missing file.
    ...examples.map(({ name }) => ({
      name: `example ${name}`,
      command: [process.execPath, '--import', 'tsx', checkOf(name)],
    })),
  ];
}

/**
 * Examples that are CommonJS packages of their own have theirs as `check.mts`.
 * @param {string} example
 */
function checkOf(example) {
  const module = join(root, 'examples', example, 'check.mts');
  return existsSync(module) ? module : join(root, 'examples', example, 'check.ts');
}

/**
 * Random topologies, always the same ones, run by Kafka Streams and by Millrace (`npm run parity` draws as many as wanted),
 * and an earlier Kafka.
 * @returns {Check[]}
 */
function checksWithJvm() {
  const missing = ['java', 'mvn'].filter((program) => spawnSync(program, ['-version'], { stdio: 'ignore' }).error);
  if (missing.length === 0) {
    const draw = ['--topologies', '150', '--seed', '1', '--records', '100'];
    return [
      { name: 'parity with the JVM', command: ['npm', 'run', '--silent', 'parity', '--', ...draw] },
      earlierKafka(),
    ];
  }
  console.log(
    `\nParity with the JVM and Kafka ${EARLIER_KAFKA} are not checked: there is no ${missing.join(' and no ')} (a JDK 17 or newer and Maven).`,
  );
  return [];
}

/**
 * A few files of the integration tests on a broker of that version, and some applications that move from and to its JVM.
 * @returns {Check}
 */
function earlierKafka() {
  const files = ['application', 'broker-data-read-committed', 'moving'];
  const check = vitest(
    'integration',
    files.map((file) => `test/integration/${file}.test.ts`),
  );
  return {
    ...check,
    name: `Kafka ${EARLIER_KAFKA}`,
    variables: {
      // Its image need not be there, and building one takes longer than the tests.
      MILLRACE_TEST_KAFKA: 'java',
      MILLRACE_TEST_KAFKA_VERSION: EARLIER_KAFKA,
      MILLRACE_TEST_STREAMS_VERSION: EARLIER_KAFKA,
      MILLRACE_MOVING_APPLICATIONS: 'windowed-count,session-aggregate,foreign-key-join,stream-stream-outer-join',
    },
  };
}

/**
 * @param {string} project
 * @param {readonly string[]} paths
 * @returns {Check}
 */
function vitest(project, paths = []) {
  const report = join(reports, `${project}${paths.length === 0 ? '' : '-part'}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const command = ['npx', 'vitest', 'run', '--project', project, ...paths, ...reporters];
  return { name: `${project} tests`, command, report };
}

/**
 * @param {Check} check
 * @returns {Promise<Count & { name: string, seconds: number }>}
 */
async function run({ name, command, report, variables }) {
  console.log(`\n=== ${name}`);
  const start = Date.now();
  const ok = await succeeds(command, variables);
  const counted = report === undefined ? undefined : readReport(report);
  const count = counted ?? { passed: ok ? 1 : 0, failed: 0 };
  // A file that cannot be loaded, or an error outside of tests, fails the run without failing a test.
  if (!ok && count.failed === 0) count.failed = 1;
  return { name, ...count, seconds: (Date.now() - start) / 1000 };
}

/**
 * @param {readonly string[]} command
 * @param {Readonly<Record<string, string>>} [variables]
 * @returns {Promise<boolean>}
 */
function succeeds([program = '', ...args], variables) {
  return new Promise((resolve) => {
    const environment = { ...process.env, ...variables };
    const child = spawn(program, args, {
      cwd: root,
      stdio: 'inherit',
      shell: process.platform === 'win32',
      env: environment,
    });
    const timer = setTimeout(() => {
      console.error(`Not done after ${TIMEOUT_MS / 60_000} minutes: ended.`);
      child.kill();
    }, TIMEOUT_MS);
    child.on('error', (error) => {
      clearTimeout(timer);
      console.error(error.message);
      resolve(false);
    });
    child.on('exit', (code) => {
      clearTimeout(timer);
      resolve(code === 0);
    });
  });
}

/**
 * One line for each test that failed, and for each file that could not be loaded: the end of a long log must tell.
 * @param {readonly TestFile[]} files
 * @returns {string[]}
 */
function failuresOf(files) {
  return files.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const tests = assertionResults.filter((test) => test.status === 'failed');
    if (tests.length === 0) return status === 'failed' ? [`${file}: ${firstLine(message)}`] : [];
    return tests.map(({ fullName, failureMessages }) => `${file}: ${fullName}: ${firstLine(failureMessages[0] ?? '')}`);
  });
}

/** @param {string} text */
function firstLine(text) {
  return text.split('\n', 1)[0] ?? '';
}

/**
 * What vitest counted; undefined when it did not get as far as writing it.
 * @param {string} path
 * @returns {Count | undefined}
 */
function readReport(path) {
  if (!existsSync(path)) return undefined;
  /** @type {{ numPassedTests: number, numFailedTests: number, testResults: readonly TestFile[] }} */
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(path, 'utf8'));
  return { passed: numPassedTests, failed: numFailedTests, failures: failuresOf(testResults) };
}
