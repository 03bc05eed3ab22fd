import { EventEmitter } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Lane } from '../../../src/broker/kafkajs/lane.js';

describe('signs of life', () => {
  const handle = { bytesWritten: 0, writeQueueSize: 0 };
  let socket: EventEmitter;
  let lane: Lane;

  beforeEach(() => {
    vi.useFakeTimers();
    Object.assign(handle, { bytesWritten: 0, writeQueueSize: 0 });
    socket = Object.assign(new EventEmitter(), { _handle: handle });
    lane = new Lane(socket as unknown as Socket);
    lane.onConnect();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const secondsSinceSign = (): number => (performance.now() - lane.lastSign()) / 1_000;

  it('are a connection that is made, and what arrives', () => {
    vi.advanceTimersByTime(2_000);
    expect(secondsSinceSign()).toBe(2);
    // A broker that hangs has its connections made by its system.
    expect(lane.heardAt).toBe(-Infinity);
    socket.emit('data', Buffer.from('x'));
    expect(secondsSinceSign()).toBe(0);
    expect(lane.heardAt).toBe(performance.now());
  });

  it('are bytes that go on leaving, and not those that the system takes at once', () => {
    vi.advanceTimersByTime(1_000);
    handle.bytesWritten = 500;
    expect(secondsSinceSign()).toBe(1);
    Object.assign(handle, { bytesWritten: 5_000_500, writeQueueSize: 4_000_000 });
    vi.advanceTimersByTime(1_000);
    expect(secondsSinceSign()).toBe(2);
    handle.writeQueueSize = 3_000_000;
    expect(secondsSinceSign()).toBe(0);
    vi.advanceTimersByTime(1_000);
    expect(secondsSinceSign()).toBe(1);
    // More is written, but nothing leaves.
    Object.assign(handle, { bytesWritten: 6_000_500, writeQueueSize: 4_000_000 });
    expect(secondsSinceSign()).toBe(1);
  });

  it('need no handle, which a closed socket has not', () => {
    const closed = new Lane(Object.assign(new EventEmitter(), { _handle: null }) as unknown as Socket);
    expect(closed.lastSign()).toBe(-Infinity);
  });
});

it('sees on a real socket how much has left', async () => {
  // Takes bytes only when told to.
  let taker: Socket | undefined;
  const server = createServer({ pauseOnConnect: true }, (socket) => (taker = socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const lane = new Lane(socket);
  try {
    await vi.waitUntil(() => taker !== undefined);
    socket.write(Buffer.alloc(64 * 1024 * 1024));
    await vi.waitUntil(() => socket.writableLength > 0);
    lane.lastSign();
    expect(lane.lastSign()).toBe(-Infinity);
    taker?.resume();
    await vi.waitUntil(() => lane.lastSign() > 0);
  } finally {
    socket.destroy();
    taker?.destroy();
    server.close();
  }
});
