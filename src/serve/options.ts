/** Where the server listens and whom it answers: the option `server`, checked in one place. */
import { z } from 'zod';

/** Certificates of an instance, as PEM: with them it serves over TLS, and asks the other instances. */
export interface TlsOptions {
  /** Private key, without a passphrase. */
  readonly key: string | Buffer;
  /** Its certificate, followed by those between it and the authority. Where instances ask each other it is shown to them, too. */
  readonly cert: string | Buffer;
  /** Authorities that are believed: where instances ask each other, and of clients with `requestClientCert`. Default: those that Node believes. */
  readonly ca?: string | Buffer | readonly (string | Buffer)[] | undefined;
  /** Mutual TLS: only who shows a certificate of `ca` can connect, health probes included. Default false. */
  readonly requestClientCert?: boolean | undefined;
}

export interface ServerOptions {
  /** Port; 0: any that is free, `url` of the server tells which. Default 8788. */
  readonly port?: number | undefined;
  /** Address to listen on, `0.0.0.0` for all. Default `127.0.0.1`: this machine alone. */
  readonly host?: string | undefined;
  /** Who wants more than to know whether the instance is well must send `Authorization: Bearer <token>`. Required, of 16 characters or more, where others than this machine can connect, unless clients must show certificates (`tls.requestClientCert`); null: anyone who can connect may ask. Default on this machine: null. */
  readonly token?: string | null | undefined;
  /** Serves over TLS, and asks the other instances of the application over TLS: all of them must have it. Default: plain HTTP. */
  readonly tls?: TlsOptions | undefined;
}

export const SERVER_OPTIONS = ['port', 'host', 'token', 'tls'] as const satisfies readonly (keyof ServerOptions)[];
export const TLS_OPTIONS = ['key', 'cert', 'ca', 'requestClientCert'] as const satisfies readonly (keyof TlsOptions)[];

/** The options with defaults filled in. */
export interface Listening {
  readonly port: number;
  readonly host: string;
  readonly token: string | null;
  readonly tls: TlsOptions | null;
}

const DEFAULT_PORT = 8788;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/;

/** Whether only this machine can connect to it. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

const SERVER = 'must be an object such as { port: 8788 }, or {} for this machine alone at that port';
const PORT = 'must be a whole number from 0 to 65535, such as 8788';
const TOKEN = 'must be a text of 16 visible characters or more, or null';

const PEM = 'must be PEM itself, the text that begins with -----BEGIN, not the name of its file';
const pem = z.custom<string | Buffer>(
  (it) => (typeof it === 'string' || Buffer.isBuffer(it)) && it.includes('-----BEGIN'),
  { error: PEM },
);
const tlsOptions = z
  .strictObject({
    key: pem,
    cert: pem,
    ca: z.union([pem, z.array(pem).min(1).readonly()], { error: PEM }).optional(),
    requestClientCert: z.boolean({ error: 'must be true or false' }).optional(),
  })
  .refine(({ ca, requestClientCert }) => requestClientCert !== true || ca !== undefined, {
    path: ['ca'],
    error: 'is missing: the authority of the certificates that clients must show (requestClientCert)',
  });

export const serverOptions = z
  .strictObject(
    {
      port: z.int({ error: PORT }).min(0, { error: PORT }).max(65_535, { error: PORT }).optional(),
      host: z.string({ error: 'must be an address' }).min(1, { error: 'must be an address' }).optional(),
      token: z
        .string({ error: TOKEN })
        .regex(/^[\x21-\x7e]{16,}$/, { error: TOKEN })
        .nullable()
        .optional(),
      tls: tlsOptions.optional(),
    },
    { error: ({ code }) => (code === 'invalid_type' ? SERVER : undefined) },
  )
  .refine(
    ({ host, token, tls }) =>
      host === undefined || isLoopback(host) || token !== undefined || tls?.requestClientCert === true,
    {
      path: ['token'],
      error: 'is missing, though others than this machine can connect (host); give one, or null to let anyone ask',
    },
  );

export function listening({ port, host, token, tls }: ServerOptions): Listening {
  return { port: port ?? DEFAULT_PORT, host: host ?? '127.0.0.1', token: token ?? null, tls: tls ?? null };
}
