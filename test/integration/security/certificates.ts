/** Certificates of a test's own, made with the JDK's keytool: wherever a broker runs, that is too. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../../../src/local-kafka/find-program.js';

const run = promisify(execFile);

/** Of all key stores. */
export const STORE_PASSWORD = 'only-for-tests';

/** A key with its self-signed certificate. */
export interface Identity {
  /** Path of a PKCS #12 file with both. */
  readonly store: string;
  /** The certificate. */
  readonly pem: string;
}

export interface Certificates {
  readonly broker: Identity;
  readonly client: Identity;
  /** Path of a PKCS #12 file by which a broker knows the client. */
  readonly trustStore: string;
  remove(): Promise<void>;
}

/** @param client the distinguished name of the client, which is its principal */
export async function makeCertificates(client: string): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-certificates-'));
  const keytool = await findProgram('keytool', ['JAVA_HOME']);
  if (keytool === undefined) throw new Error('keytool is not installed: it comes with a Java runtime, 17 or newer');
  const call = (store: string, ...words: string[]): Promise<unknown> =>
    run(keytool, [...words, '-keystore', store, '-storetype', 'PKCS12', '-storepass', STORE_PASSWORD]);
  const identity = async (alias: string, name: string): Promise<Identity> => {
    const [store, file] = [join(folder, `${alias}.p12`), join(folder, `${alias}.pem`)];
    const key = ['-genkeypair', '-alias', alias, '-keyalg', 'EC', '-groupname', 'secp256r1', '-dname', name];
    await call(store, ...key, '-validity', '2', '-ext', 'san=dns:localhost,ip:127.0.0.1');
    await call(store, '-exportcert', '-rfc', '-alias', alias, '-file', file);
    return { store, pem: await readFile(file, 'utf8') };
  };
  const [broker, one] = await Promise.all([identity('broker', 'CN=localhost'), identity('client', client)]);
  const trustStore = join(folder, 'trust.p12');
  await call(trustStore, '-importcert', '-noprompt', '-alias', 'client', '-file', join(folder, 'client.pem'));
  return { broker, client: one, trustStore, remove: () => rm(folder, { recursive: true, force: true }) };
}
