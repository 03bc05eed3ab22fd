import { describe, expect, it } from 'vitest';
import { AnswerMemory } from '../../../src/broker/kafkajs/answer-memory.js';

const KIB = 1024;
const MIB = 1024 * KIB;

describe('memory for answers', () => {
  it('is given again once it was given back, and not before', () => {
    const memory = new AnswerMemory();
    const [first, second] = [memory.take(MIB), memory.take(MIB)];
    expect(second.buffer).not.toBe(first.buffer);
    memory.giveBack(first);
    const third = memory.take(MIB - 5);
    expect(third.buffer).toBe(first.buffer);
    expect(third.length).toBe(MIB - 5);
    expect(memory.take(MIB).buffer).not.toBe(second.buffer);
  });

  it('is known by any part of it, and given back once only', () => {
    const memory = new AnswerMemory();
    const answer = memory.take(MIB);
    memory.giveBack(answer.subarray(4));
    memory.giveBack(answer);
    expect(memory.take(MIB).buffer).toBe(answer.buffer);
    expect(memory.take(MIB).buffer).not.toBe(answer.buffer);
  });

  it('is the smallest that is large enough', () => {
    const memory = new AnswerMemory();
    const [large, small, middle] = [memory.take(3 * MIB), memory.take(MIB), memory.take(2 * MIB)];
    for (const one of [large, small, middle]) memory.giveBack(one);
    expect(memory.take(MIB + 1).buffer).toBe(middle.buffer);
    expect(memory.take(1.5 * MIB).buffer).toBe(large.buffer);
    expect(memory.take(100 * KIB).buffer).toBe(small.buffer);
  });

  it('has a little room for answers that are larger than the one before', () => {
    const memory = new AnswerMemory();
    const answer = memory.take(MIB + 1);
    memory.giveBack(answer);
    expect(memory.take(MIB + 64 * KIB).buffer).toBe(answer.buffer);
  });

  it('is not kept for later beyond 16 MiB; the smallest go first', () => {
    const memory = new AnswerMemory();
    const [small, large, larger] = [memory.take(MIB), memory.take(7 * MIB), memory.take(9 * MIB)];
    for (const one of [small, large, larger]) memory.giveBack(one);
    expect(memory.take(MIB).buffer).toBe(large.buffer);
    expect(memory.take(MIB).buffer).toBe(larger.buffer);
    memory.giveBack(memory.take(17 * MIB));
    expect(memory.take(17 * MIB).buffer.byteLength).toBe(17 * MIB);
  });

  it('is not lent for small answers, nor taken back from anybody else', () => {
    const memory = new AnswerMemory();
    const small = memory.take(64 * KIB - 1);
    const stranger = Buffer.alloc(MIB);
    memory.giveBack(small);
    memory.giveBack(stranger);
    expect(memory.take(64 * KIB - 1).buffer).not.toBe(small.buffer);
    expect(memory.take(MIB).buffer).not.toBe(stranger.buffer);
  });
});
