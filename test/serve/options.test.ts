import { expect, it } from 'vitest';
import { listening, serverOptions } from '../../src/serve/options.js';

const problems = (options: unknown): string[] =>
  (serverOptions.safeParse(options).error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`);

it('listens on this machine alone unless it is told otherwise', () => {
  expect(problems({})).toEqual([]);
  expect(listening({})).toEqual({ port: 8788, host: '127.0.0.1', token: null, tls: null });
});

it.each(['0.0.0.0', '::', '10.1.2.3', 'example.org', '127.0.0.1.example.org', 'localhost.example.org'])(
  'wants a token, or to be told that none is wanted, for %s',
  (host) => {
    expect(problems({ host })).toEqual([expect.stringMatching(/^token is missing/)]);
    expect(problems({ host, token: null })).toEqual([]);
    expect(problems({ host, token: 'a'.repeat(16) })).toEqual([]);
  },
);

it.each(['localhost', '127.0.0.1', '127.5.0.2', '::1'])('wants none for %s', (host) => {
  expect(problems({ host })).toEqual([]);
});

it.each([
  [{ port: 65_536 }, 'port must be a whole number from 0 to 65535, such as 8788'],
  [{ port: 1.5 }, 'port must be a whole number from 0 to 65535, such as 8788'],
  [{ host: '', token: null }, 'host must be an address'],
  [{ token: 'short' }, 'token must be a text of 16 visible characters or more, or null'],
  [{ token: `${'a'.repeat(16)}\n` }, 'token must be a text of 16 visible characters or more, or null'],
  [{ tokens: 'x' }, ' Unrecognized key: "tokens"'],
])('refuses %o', (options, problem) => {
  expect(problems(options)).toEqual([problem]);
});

const PEM = '-----BEGIN CERTIFICATE-----';

it('takes certificates as PEM, and mutual TLS in place of a token', () => {
  const tls = { key: Buffer.from(PEM), cert: PEM, ca: [PEM], requestClientCert: true };
  expect(problems({ host: '0.0.0.0', tls })).toEqual([]);
  expect(problems({ host: '0.0.0.0', tls: { ...tls, requestClientCert: false } })).toEqual([
    expect.stringMatching(/^token is missing/),
  ]);
  const { ca: _, ...without } = tls;
  expect(problems({ tls: without })).toEqual([expect.stringMatching(/^tls\.ca is missing/)]);
  expect(problems({ tls: { key: '/run/secrets/key.pem', cert: PEM } })).toEqual([
    'tls.key must be PEM itself, the text that begins with -----BEGIN, not the name of its file',
  ]);
  expect(problems({ tls: { cert: PEM } })).toHaveLength(1);
});
