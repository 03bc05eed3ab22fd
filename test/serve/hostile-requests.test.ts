import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningServer } from '../../src/serve/server.js';
import { StoreGroup, TOKEN } from '../query/store-instances.js';
import { spec } from '../store/state-bench.js';

const COUNT = 10_000;
/** Connections at a time. */
const LANES = 16;

const failures: unknown[] = [];
const note = (error: unknown): void => void failures.push(error);
let group: StoreGroup;
let server: RunningServer;

beforeAll(async () => {
  process.on('unhandledRejection', note).on('uncaughtException', note);
  const specs = [
    spec({ name: 'counts', kind: 'keyValue' }),
    spec({ name: 'windows', kind: 'window', format: 'timestamped', retentionMs: 1000, windowSizeMs: 10 }),
    spec({ name: 'sessions', kind: 'session', retentionMs: 1000 }),
    spec({ name: 'history', kind: 'versioned', retentionMs: 1000 }),
  ];
  group = new StoreGroup(specs, 2);
  ({ server } = await group.start(group.tasks, TOKEN, { error: (...line) => failures.push(line) }));
});
afterAll(async () => {
  process.off('unhandledRejection', note).off('uncaughtException', note);
  await group.end();
});

const LINES = [
  'GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'GET /topology?format=json HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer wrong-token-wrong\r\n\r\n',
  'GET /health/../metrics.json HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n',
  'POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello',
  'POST /topology HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'GET http://localhost/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-1\r\n\r\n',
  'HEAD /metrics HTTP/1.0\r\nHost: [::1]:80\r\nConnection: keep-alive\r\nExpect: 100-continue\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nCookie: a=b\r\n\r\n',
];
const PIECES = [
  '\r\n',
  '\0',
  '%',
  '%00',
  '%ff',
  '..',
  '/',
  '\\',
  ' ',
  ':',
  '?',
  '#',
  '\u00ff',
  ';',
  '"',
  '{}',
  '-1',
  '\n',
];

/** The same requests in every run: a number that stirs itself (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

function mutated(seed: number, lines = LINES): Buffer {
  const random = numbers(seed);
  let text = lines[random(lines.length)] as string;
  for (let left = 1 + random(4); left > 0; left -= 1) {
    const at = random(text.length + 1);
    const piece = PIECES[random(PIECES.length)] as string;
    const kinds = [
      () => text.slice(0, at) + piece + text.slice(at),
      () => text.slice(0, at) + text.slice(at + 1 + random(8)),
      () => text.slice(0, at) + String.fromCharCode(random(256)) + text.slice(at + 1),
      () => text.slice(0, at) + piece.repeat(random(12_000)) + text.slice(at),
      () => text.slice(0, at) + text,
    ];
    text = (kinds[random(kinds.length)] as () => string)();
  }
  return Buffer.from(text, 'latin1');
}

/** Everything that comes back on a connection of its own, until the server has ended it. */
function answerTo(bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => (answer += text));
    // It may end the connection before it has read everything.
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      resolve(answer);
    });
    socket.end(bytes);
  });
}

/** Of those who know the token: about stores, and questions of another instance. */
const TRUSTED = `Host: localhost\r\nAuthorization: Bearer ${TOKEN}\r\nConnection: close\r\n`;
const asked = (path: string): string => `GET ${path} HTTP/1.1\r\n${TRUSTED}\r\n`;
const asJson = (kind: string): string =>
  `{"questions":[{"store":"counts","task":"0_0","isolation":"latest","atLeast":{"input":{"0":1}},"asked":${kind}}]}`;
const question = (kind: string): string => {
  const body = asJson(kind);
  return `POST /questions HTTP/1.1\r\n${TRUSTED}Content-Type: application/json\r\nContent-Length: ${String(body.length)}\r\n\r\n${body}`;
};
const linked = (line: string): string => {
  const chunk = `${line.length.toString(16)}\r\n${line}\r\n`;
  return `POST /questions HTTP/1.1\r\n${TRUSTED}Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}0\r\n\r\n`;
};
const TRUSTED_LINES = [
  linked(`${asJson('{"kind":"keys","keys":["YQ=="]}')}\n`),
  linked(`${asJson('{"kind":"window","key":"YQ==","start":-1}')}\n\n{`),
  asked('/stores/counts/keys/a?keyFormat=text&timeout=1&isolation=readCommitted'),
  asked('/stores/counts/keys?from=a&to=b&order=descending&limit=2&after=WyJZUSIsMCxudWxsXQ'),
  asked('/stores/counts/keys?prefix=a&limit=10&atLeast=input:0-1.1-2&timeout=5'),
  asked('/stores/windows/windows/a?from=-5&to=100000000000000&order=ascending&partition=1'),
  asked('/stores/windows/windows/a/10?keyFormat=json'),
  asked('/stores/windows/windows?from=0&to=1e9&limit=1000'),
  asked('/stores/sessions/sessions/%2561%2f..%2f?from=0'),
  asked('/stores/sessions/sessions?from=0&to=99&after=W10'),
  asked('/stores/history/versions/a?keyFormat=base64'),
  asked('/stores/history/version/a?asOf=5'),
  asked('/stores/../../etc/passwd'),
  question('{"kind":"keys","keys":["YQ==","Yg=="]}'),
  question(
    '{"kind":"range","from":null,"to":"YQ==","after":{"key":"YQ==","time":0,"start":0},"reverse":true,"limit":5}',
  ),
  question('{"kind":"windowRange","from":0,"to":9,"fromKey":null,"toKey":null,"after":null,"reverse":false,"limit":1}'),
];

it(
  `${String(COUNT)} requests about stores that are mutated: no failure of the server`,
  { timeout: 240_000 },
  async () => {
    const statuses = new Set<string>();
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < COUNT) {
        const seed = (next += 1);
        const answer = await answerTo(mutated(seed, TRUSTED_LINES));
        for (const [, status] of answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)) {
          statuses.add(status as string);
          if (status?.startsWith('5') === true) failures.push({ seed, answer });
        }
        // Within an answer that is one already: a question that came in a line.
        if (/^5\d\d $/m.test(answer)) failures.push({ seed, answer });
        if (/at .*\.[jt]s:\d|root:x:/.test(answer)) failures.push({ seed, answer });
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    expect(failures).toEqual([]);
    expect([...statuses]).toEqual(expect.arrayContaining(['200', '400', '401', '404', '405', '415']));
  },
);

it(`${String(COUNT)} requests that are none: refused, nothing told, and it goes on`, { timeout: 240_000 }, async () => {
  const statuses = new Map<string, number>();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < COUNT) {
      const seed = (next += 1);
      const answer = await answerTo(mutated(seed));
      for (const [, status] of answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)) {
        statuses.set(status as string, (statuses.get(status as string) ?? 0) + 1);
      }
      if (/millrace_|subTopologies|correct-horse|passwd:|at .*\.js:\d/.test(answer)) failures.push({ seed, answer });
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  expect(failures).toEqual([]);
  // Most are answered, if only with what is wrong with them.
  expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(COUNT / 2);
  // Those that a mutation left whole are answered as they should be; none is a failure of the server.
  expect([...statuses.keys()].filter((status) => status.startsWith('5'))).toEqual([]);
  expect([...statuses.keys()].sort()).toEqual(expect.arrayContaining(['400', '401', '405', '431']));

  const headers = { authorization: `Bearer ${TOKEN}` };
  expect((await fetch(`${server.url}/metrics`, { headers })).status).toBe(200);
});
