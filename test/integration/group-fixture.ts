/** Members of a real group for tests: numbered pieces of work, dealt out by the leader; everything that happens is noted. */
import { expect } from 'vitest';
import { kafkajsTransports } from '../../src/broker/kafkajs/connect.js';
import type { GroupHandler, GroupIdentity, GroupOptions, JoinedMember } from '../../src/broker/port.js';
import { ByteWriter } from '../../src/broker/wire/byte-writer.js';
import { ClassicMember } from '../../src/broker/wire/group/classic-member.js';
import { silentLogger } from '../../src/observe/logger.js';

const PIECES = 6;

/** Resolves when the condition holds. */
export async function until(what: string, condition: () => boolean, limitMs = 30_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > end) expect.fail(`waited ${String(limitMs)} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export class TestMember implements GroupHandler {
  readonly member: ClassicMember;
  readonly notes: string[] = [];
  /** The pieces held now. */
  work: number[] = [];
  generation = 0;
  failure: Error | null = null;
  lostAt = 0;
  /** Awaited inside of the handler's methods. */
  hooks: { beforeJoin?: () => Promise<void>; assign?: () => Promise<void>; assigned?: () => Promise<void> } = {};
  /** Changes the subscription's bytes, so that a rejoin means a rebalance of the group. */
  round = 0;

  constructor(brokers: readonly string[], options: Pick<GroupOptions, 'groupId'> & Partial<GroupOptions>) {
    const open = kafkajsTransports({ brokers: [...brokers] }, silentLogger);
    this.member = new ClassicMember(
      open,
      {
        instanceId: null,
        protocol: 'test',
        sessionTimeoutMs: 6_000,
        rebalanceTimeoutMs: 30_000,
        heartbeatMs: 200,
        ...options,
      },
      this,
      silentLogger,
    );
  }

  count(note: string): number {
    return this.notes.filter((one) => one === note).length;
  }

  async beforeJoin(): Promise<void> {
    this.notes.push('beforeJoin');
    await this.hooks.beforeJoin?.();
  }

  subscription(): Buffer {
    const userData = Buffer.from(String(this.round));
    return new ByteWriter()
      .int16(0)
      .array(['t'], (topic, writer) => writer.string(topic))
      .bytes(userData)
      .finish();
  }

  async assign(members: readonly JoinedMember[]): Promise<ReadonlyMap<string, Buffer>> {
    this.notes.push('assign');
    await this.hooks.assign?.();
    const ids = members.map(({ memberId }) => memberId).sort();
    return new Map(
      ids.map((id, index) => {
        const pieces = Array.from({ length: PIECES }, (_, piece) => piece).filter(
          (piece) => piece % ids.length === index,
        );
        return [id, Buffer.from(JSON.stringify(pieces))];
      }),
    );
  }

  async assigned(assignment: Buffer, identity: GroupIdentity): Promise<void> {
    this.work = JSON.parse(assignment.toString()) as number[];
    this.generation = identity.generation;
    this.notes.push('assigned');
    await this.hooks.assigned?.();
  }

  lost(): Promise<void> {
    this.lostAt = Date.now();
    this.work = [];
    this.notes.push('lost');
    return Promise.resolve();
  }

  failed(error: Error): void {
    this.failure = error;
    this.notes.push('failed');
  }
}

/** Every piece is held, by one member each. */
export function allDealt(...members: readonly TestMember[]): boolean {
  const pieces = members.flatMap(({ work }) => work).sort((one, other) => one - other);
  return pieces.length === PIECES && pieces.every((piece, index) => piece === index);
}
