/** Links between two ends, over a server of Node's own that the tests can have do what they like. */
import { Agent, createServer, request, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Reply } from '../../../src/query/transport.js';
import { AnsweredLinks } from '../../../src/serve/link/answered-links.js';
import { LINK_TYPE, type Said } from '../../../src/serve/link/lines.js';
import { Links } from '../../../src/serve/link/links.js';

let server: Server;
let host: string;
let requests: IncomingMessage[] = [];
let answers: RequestListener;
let agent: Agent;
let clock = 0;
let links: Links;
let answered: AnsweredLinks;

beforeEach(async () => {
  requests = [];
  clock = 0;
  server = createServer((incoming, outgoing) => {
    requests.push(incoming);
    answers(incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  agent = new Agent({ keepAlive: true });
  links = new Links(
    (to, path, headers) => request(`http://${to}${path}`, { method: 'POST', headers, agent }),
    () => clock,
  );
  answered = new AnsweredLinks();
});

afterEach(() => {
  vi.useRealTimers();
  agent.destroy();
  server.closeAllConnections();
  server.close();
});

/** The other end as it is in an instance. */
function answering(answer: (line: string) => Promise<Said>, longest = 1_000): RequestListener {
  return (incoming, outgoing) => {
    answered.answer(incoming, outgoing, { longest, headers: { 'x-told': 'yes' }, answer });
  };
}

const echo = (line: string): Promise<Said> => Promise.resolve({ status: 200, text: line });
const ask = (body: string, timeoutMs = 20_000): Promise<Reply | null> =>
  links.ask(host, '/questions', { body, headers: { authorization: 'Bearer it' }, timeoutMs });

/** Asks what is not answered in time: its time is over once the line has come. */
async function lateFor(body: string): Promise<void> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let lines = 0;
  server.prependListener('request', (incoming: IncomingMessage) => incoming.on('data', () => (lines += 1)));
  requests.at(-1)?.on('data', () => (lines += 1));
  const late = expect(ask(body, 50)).rejects.toThrow('it has not answered within 50 ms');
  while (lines === 0) await new Promise((resolve) => setImmediate(resolve));
  vi.advanceTimersByTime(50);
  vi.useRealTimers();
  await late;
}

describe('links', () => {
  it('carry one question after the other over one request', async () => {
    answers = answering(echo);
    for (let at = 0; at < 5; at += 1)
      expect(await ask(`{"é":${String(at)}}`)).toEqual({ status: 200, body: { é: at } });
    expect(requests).toHaveLength(1);
    expect(requests[0]!.headers).toMatchObject({ authorization: 'Bearer it', 'content-type': LINK_TYPE });
  });

  it('are as many as there are questions at a time, and are used again', async () => {
    answers = answering(echo);
    const both = (): Promise<unknown> => Promise.all([ask('1'), ask('2')]);
    expect(await both()).toEqual([1, 2].map((body) => ({ status: 200, body })));
    await both();
    expect(requests).toHaveLength(2);
  });

  it('end before a request may not last any longer, and the next goes over the same connection', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    answers = answering(echo);
    await ask('1');
    const ended = new Promise((resolve) => requests[0]!.once('end', resolve));
    vi.advanceTimersByTime(8_000);
    await ended;
    await vi.waitFor(() => expect(Object.keys(agent.freeSockets)).toHaveLength(1));
    expect(await ask('2')).toEqual({ status: 200, body: 2 });
    expect(requests).toHaveLength(2);
    expect(requests[1]!.socket).toBe(requests[0]!.socket);
  });

  it('end behind an answer that is under way when their time is over', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let say: (said: Said) => void = () => undefined;
    const heard = new Promise<void>((resolve) => {
      answers = answering(() => {
        resolve();
        return new Promise((later) => (say = later));
      });
    });
    const answer = ask('1');
    await heard;
    vi.advanceTimersByTime(8_000);
    say({ status: 200, text: '7' });
    expect(await answer).toEqual({ status: 200, body: 7 });
    answers = answering(echo);
    await ask('2');
    expect(requests).toHaveLength(2);
  });

  it('give what is refused its status, and end', async () => {
    answers = answering((line) => Promise.resolve({ status: line === '1' ? 400 : 200, text: line }));
    expect(await ask('1')).toEqual({ status: 400, body: null });
    await vi.waitFor(() => expect(requests[0]!.socket.destroyed).toBe(true));
    expect(await ask('2')).toEqual({ status: 200, body: 2 });
    expect(requests).toHaveLength(2);
  });

  it('refuse a line that is too long', async () => {
    answers = answering(echo, 10);
    expect(await ask(`"${'x'.repeat(100_000)}"`)).toEqual({ status: 413, body: null });
  });

  it('are ended by who is asked: idle ones at once, others behind their answer', async () => {
    let say: (said: Said) => void = () => undefined;
    answers = answering((line) => (line === '1' ? echo(line) : new Promise((later) => (say = later))));
    const first = ask('2');
    await vi.waitFor(() => expect(requests).toHaveLength(1));
    await ask('1');
    answered.close();
    await vi.waitFor(() => expect(requests[1]!.socket.destroyed).toBe(true));
    say({ status: 200, text: '2' });
    expect(await first).toEqual({ status: 200, body: 2 });
    await vi.waitFor(() => expect(requests[0]!.socket.destroyed).toBe(true));
    answers = answering(echo);
    expect(await ask('3')).toEqual({ status: 200, body: 3 });
  });

  it('survive that who asks goes before the answer is there', async () => {
    let say: (said: Said) => void = () => undefined;
    answers = answering(() => new Promise((later) => (say = later)));
    await lateFor('1');
    await vi.waitFor(() => expect(requests[0]!.socket.destroyed).toBe(true));
    say({ status: 200, text: '1' });
    // What is written to who has gone would end the process.
    await new Promise((resolve) => setImmediate(resolve));
  });
});

describe('where whoever is there takes no links', () => {
  it.each<[string, RequestListener]>([
    [
      'refuses the type, as a version without them',
      (_, outgoing) => outgoing.writeHead(415, { connection: 'close' }).end('{}'),
    ],
    ['answers what is none', (_, outgoing) => outgoing.end('{}')],
  ])('says so when it %s, and tries again after a minute', async (_, refuses) => {
    answers = refuses;
    expect(await ask('1')).toBeNull();
    answers = answering(echo);
    clock = 59_999;
    expect(await ask('1')).toBeNull();
    expect(requests).toHaveLength(1);
    clock = 60_000;
    expect(await ask('1')).toEqual({ status: 200, body: 1 });
  });

  it('says so after one that was not answered: something on the way may wait for its end', async () => {
    answers = () => undefined;
    await lateFor('1');
    expect(await ask('1')).toBeNull();
    expect(requests).toHaveLength(1);
  });

  it('does not say so of one that has answered before, or cannot be reached', async () => {
    answers = answering((line) => (line === '1' ? echo(line) : new Promise(() => undefined)));
    await ask('1');
    await lateFor('2');
    expect(await ask('1')).toEqual({ status: 200, body: 1 });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(ask('1')).rejects.toThrow();
    await expect(ask('1')).rejects.toThrow();
  });
});

it.each<[string, string, string]>([
  ['no JSON', '200 {\n', 'it answered what is no JSON'],
  ['no answer', 'hello\n', 'it answered what is no answer'],
])('an answer that is %s is an error, and ends the link', async (_, line, why) => {
  answers = (incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-type': LINK_TYPE });
    incoming.once('data', () => outgoing.write(line));
  };
  await expect(ask('1')).rejects.toThrow(why);
  await vi.waitFor(() => expect(requests[0]!.socket.destroyed).toBe(true));
});

it('an answer to nothing ends the link', async () => {
  answers = (incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-type': LINK_TYPE });
    incoming.once('data', () => outgoing.write('200 1\n200 2\n'));
  };
  expect(await ask('1')).toEqual({ status: 200, body: 1 });
  await vi.waitFor(() => expect(requests[0]!.socket.destroyed).toBe(true));
});

it('more than one question at a time is cut off', async () => {
  answers = answering(() => new Promise(() => undefined));
  const asked = request(`http://${host}/questions`, { method: 'POST', headers: { 'content-type': LINK_TYPE } });
  const cut = new Promise((resolve) => asked.on('error', resolve).on('response', (one) => one.on('error', resolve)));
  asked.write('1\n2\n');
  expect(await cut).toBeInstanceOf(Error);
});
