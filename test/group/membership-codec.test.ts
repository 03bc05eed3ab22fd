import { AssignerProtocol } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { decodeAssignment, decodeClaim, encodeAssignment, encodeClaim } from '../../src/group/membership-codec.js';
import type { MemberClaim } from '../../src/group/ownership.js';

const claim: MemberClaim = { processId: 'p', generation: 7, owned: ['0_1'], onDisk: ['0_1', '1_0'], shutdown: false };
const assignment = { active: ['0_1', '1_0'] as const, topics: { orders: 4, 'app-x-repartition': 2 }, shutdown: false };

describe('membership bytes', () => {
  it('carry a claim', () => {
    expect(decodeClaim(encodeClaim(['orders', 'plätze'], claim))).toMatchObject(claim);
  });

  it('carry an assignment', () => {
    const bytes = encodeAssignment([{ topic: 'orders', partition: 1 }], assignment);
    expect(decodeAssignment(bytes)).toMatchObject(assignment);
  });

  it('are readable by tools that speak the consumer protocol', () => {
    const subscription = AssignerProtocol.MemberMetadata.decode(encodeClaim(['a', 'b'], claim));
    expect(subscription?.topics).toEqual(['a', 'b']);
    const bytes = encodeAssignment(
      [
        { topic: 'a', partition: 1 },
        { topic: 'b', partition: 0 },
        { topic: 'a', partition: 2 },
      ],
      assignment,
    );
    expect(AssignerProtocol.MemberAssignment.decode(bytes)?.assignment).toEqual({ a: [1, 2], b: [0] });
  });

  it('of somebody else are refused, saying what to do', () => {
    const foreign = AssignerProtocol.MemberMetadata.encode({ version: 0, topics: ['a'], userData: Buffer.from('?') });
    expect(() => decodeClaim(foreign)).toThrow(/not written by this version of Millrace: use another applicationId/);
    expect(() => decodeAssignment(Buffer.alloc(0))).toThrow(/the group's assignment was not written/);
  });
});
