import { describe, expect, it } from 'vitest';
import { FrameAssembly } from '../../../src/broker/kafkajs/frame-assembly.js';

function frame(text: string): Buffer {
  const bytes = Buffer.from(text);
  const size = Buffer.alloc(4);
  size.writeInt32BE(bytes.length);
  return Buffer.concat([size, bytes]);
}

/** What comes of pieces that all arrive in the same memory. */
function assembled(pieces: readonly Buffer[]): string[] {
  const memory = Buffer.alloc(Math.max(1, ...pieces.map(({ length }) => length)));
  const got: Buffer[] = [];
  const assembly = new FrameAssembly((bytes) => got.push(bytes));
  for (const piece of pieces) {
    piece.copy(memory);
    assembly.take(memory.subarray(0, piece.length));
    memory.fill('?');
  }
  return got.map((bytes) => bytes.toString());
}

function piecesOf(bytes: Buffer, size: number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}

describe('answers in pieces', () => {
  const answers = ['1111first', '2222', '3333the last'];
  const stream = Buffer.concat(answers.map(frame));

  it.each(Array.from({ length: stream.length }, (_, index) => index + 1))('of %i bytes', (size) => {
    expect(assembled(piecesOf(stream, size))).toEqual(answers);
  });

  it.each(Array.from({ length: stream.length - 1 }, (_, index) => index + 1))('cut at byte %i', (at) => {
    expect(assembled([stream.subarray(0, at), stream.subarray(at)])).toEqual(answers);
  });
});

it('gives no answer before its last byte', () => {
  const bytes = frame('1111first');
  expect(assembled([bytes.subarray(0, -1)])).toEqual([]);
});

it('makes room for a large answer as it arrives', () => {
  const size = 40 * 1024 * 1024;
  const bytes = Buffer.alloc(size, 'abcdefg');
  const got: Buffer[] = [];
  const assembly = new FrameAssembly((one) => got.push(one));
  const prefix = Buffer.alloc(4);
  prefix.writeInt32BE(size);
  assembly.take(prefix);
  for (const piece of piecesOf(bytes, 1_000_000)) assembly.take(piece);
  expect(got.map((one) => one.equals(bytes))).toEqual([true]);
});

it('writes each answer into the memory that it is given for it, which may be larger', () => {
  const memory = Buffer.alloc(64, '.');
  const asked: number[] = [];
  const got: Buffer[] = [];
  const assembly = new FrameAssembly(
    (one) => got.push(one),
    (bytes) => {
      asked.push(bytes);
      return memory.subarray(0, bytes);
    },
  );
  for (const text of ['1111first', '2222']) {
    for (const piece of piecesOf(frame(text), 3)) assembly.take(piece);
    expect(memory.toString('utf8', 0, text.length + 1)).toBe(`${text}${text === '2222' ? 'f' : '.'}`);
  }
  expect(asked).toEqual([9, 4]);
  expect(got.map(({ buffer }) => buffer === memory.buffer)).toEqual([true, true]);
});

it('does not believe in the length that another protocol seems to announce', () => {
  const got: Buffer[] = [];
  const before = process.memoryUsage().arrayBuffers;
  new FrameAssembly((one) => got.push(one)).take(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
  expect(got).toEqual([]);
});

it.each([-1, 0, 3])('refuses an answer of %i bytes', (size) => {
  const prefix = Buffer.alloc(4);
  prefix.writeInt32BE(size);
  expect(() => {
    new FrameAssembly(() => undefined).take(prefix);
  }).toThrow(`an answer of ${String(size)} bytes was announced`);
});
