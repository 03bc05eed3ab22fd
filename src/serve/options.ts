/** Where the server listens and whom it answers: the option `server`, checked in one place. */
import { z } from 'zod';

export interface ServerOptions {
  /** Port; 0: any that is free, `url` of the server tells which. Default 8788. */
  readonly port?: number | undefined;
  /** Address to listen on, `0.0.0.0` for all. Default `127.0.0.1`: this machine alone. */
  readonly host?: string | undefined;
  /** Who wants more than to know whether the instance is well must send `Authorization: Bearer <token>`. Required, of 16 characters or more, where others than this machine can connect; null: anyone who can connect may ask. Default on this machine: null. */
  readonly token?: string | null | undefined;
}

/** The options with defaults filled in. */
export interface Listening {
  readonly port: number;
  readonly host: string;
  readonly token: string | null;
}

const DEFAULT_PORT = 8788;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/;

/** Whether only this machine can connect to it. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

const PORT = 'must be a whole number from 0 to 65535';
const TOKEN = 'must be a text of 16 visible characters or more, or null';

export const serverOptions = z
  .strictObject({
    port: z.int({ error: PORT }).min(0, { error: PORT }).max(65_535, { error: PORT }).optional(),
    host: z.string({ error: 'must be an address' }).min(1, { error: 'must be an address' }).optional(),
    token: z
      .string({ error: TOKEN })
      .regex(/^[\x21-\x7e]{16,}$/, { error: TOKEN })
      .nullable()
      .optional(),
  })
  .refine(({ host, token }) => host === undefined || isLoopback(host) || token !== undefined, {
    path: ['token'],
    error: 'is missing, though others than this machine can connect (host); give one, or null to let anyone ask',
  });

export function listening({ port, host, token }: ServerOptions): Listening {
  return { port: port ?? DEFAULT_PORT, host: host ?? '127.0.0.1', token: token ?? null };
}
