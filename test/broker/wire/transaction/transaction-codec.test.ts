import { describe, expect, it } from 'vitest';
import type { GroupIdentity, OffsetTransaction } from '../../../../src/broker/port.js';
import { readInitProducerId } from '../../../../src/broker/wire/produce/init-producer-id.js';
import {
  addOffsetsRequest,
  addPartitionsRequest,
  endTransactionRequest,
  initTransactionsRequest,
  readAddOffsets,
  readAddPartitions,
  readEndTransaction,
  readTransactionOffsets,
  transactionOffsetsRequest,
} from '../../../../src/broker/wire/transaction/transaction-codec.js';

const FIRST: OffsetTransaction = { transactionalId: 'tx', producerId: 7, epoch: 3, version: 1 };
const SECOND: OffsetTransaction = { ...FIRST, version: 2 };
const MEMBER: GroupIdentity = { groupId: 'g', generation: 5, memberId: 'm', instanceId: null };

const PRODUCER = '0000000000000007' + '0003';
const hex = (text: string): Buffer => Buffer.from(text.replace(/[\s_]/g, ''), 'hex');

describe('what belongs to a transaction', () => {
  it('is named by topic under protocol 1', () => {
    const request = addPartitionsRequest(FIRST, [
      { topic: 'a', partition: 0 },
      { topic: 'b', partition: 2 },
      { topic: 'a', partition: 1 },
    ]);
    expect(request).toMatchObject({ apiKey: 24, apiVersion: 2 });
    expect(request.flexible).toBeUndefined();
    expect(request.body.toString('hex')).toBe(
      hex(`0002 7478 ${PRODUCER} 00000002 0001 61 00000002 00000000 00000001 0001 62 00000001 00000002`).toString(
        'hex',
      ),
    );
  });

  it('was not attempted for those beside the one that failed, which is told', () => {
    const body = hex('00000000 00000001 0001 61 00000002 00000000 0037 00000001 001d');
    expect(() => readAddPartitions(body)).toThrow(/TOPIC_AUTHORIZATION_FAILED/);
    try {
      readAddPartitions(body);
    } catch (error) {
      expect(error).toMatchObject({ kafkaCode: 29, topic: 'a', partition: 1 });
    }
    readAddPartitions(hex('00000000 00000001 0001 61 00000001 00000000 0000'));
  });

  it('has the offsets of a group', () => {
    const request = addOffsetsRequest(FIRST, 'g');
    expect(request).toMatchObject({ apiKey: 25, apiVersion: 2 });
    expect(request.body.toString('hex')).toBe(hex(`0002 7478 ${PRODUCER} 0001 67`).toString('hex'));
    readAddOffsets(hex('00000000 0000'));
    expect(() => readAddOffsets(hex('00000000 0033'))).toThrow(/CONCURRENT_TRANSACTIONS/);
  });
});

describe('offsets in a transaction', () => {
  const offsets = [{ topic: 't', partition: 1, offset: 9, metadata: 'x' }];
  const bytes = (instance: string): string =>
    hex(
      `03 7478 02 67 ${PRODUCER} 00000005 02 6d ${instance} 02 02 74 02 00000001 0000000000000009 ffffffff 02 78 00 00 00`,
    ).toString('hex');

  it('carry generation, member and instance', () => {
    const request = transactionOffsetsRequest(FIRST, MEMBER, offsets);
    expect(request).toMatchObject({ apiKey: 28, apiVersion: 3, flexible: true });
    expect(request.body.toString('hex')).toBe(bytes('00'));
    const still = transactionOffsetsRequest(SECOND, { ...MEMBER, instanceId: 'i' }, offsets);
    expect(still.apiVersion).toBe(5);
    expect(still.body.toString('hex')).toBe(bytes('02 69'));
  });

  it('are refused with the partition', () => {
    readTransactionOffsets(hex('00000000 02 02 74 02 00000001 0000 00 00 00'), 'g');
    expect(() => readTransactionOffsets(hex('00000000 02 02 74 02 00000001 0016 00 00 00'), 'g')).toThrow(
      /group g in a transaction failed.*ILLEGAL_GENERATION/,
    );
  });
});

describe('the end of a transaction', () => {
  it('leaves the epoch under protocol 1 and gives another one under 2', () => {
    const first = endTransactionRequest(FIRST, true);
    expect(first).toMatchObject({ apiKey: 26, apiVersion: 3, flexible: true });
    expect(first.body.toString('hex')).toBe(hex(`03 7478 ${PRODUCER} 01 00`).toString('hex'));
    expect(endTransactionRequest(SECOND, false)).toMatchObject({ apiVersion: 5 });
    expect(readEndTransaction(hex('00000000 0000 00'), FIRST, true)).toEqual({ producerId: 7, epoch: 3 });
    expect(readEndTransaction(hex('00000000 0000 0000000000000008 0000 00'), SECOND, true)).toEqual({
      producerId: 8,
      epoch: 0,
    });
    expect(() => readEndTransaction(hex('00000000 0030'), SECOND, true)).toThrow(/committing transaction tx failed/);
    expect(() => readEndTransaction(hex('00000000 005a'), SECOND, false)).toThrow(/PRODUCER_FENCED/);
  });
});

describe('the beginning', () => {
  it('takes the id over, or goes on from an epoch', () => {
    const request = initTransactionsRequest('tx', 10_000, null);
    expect(request).toMatchObject({ apiKey: 22, apiVersion: 4, flexible: true });
    expect(request.body.toString('hex')).toBe(hex('03 7478 00002710 ffffffffffffffff ffff 00').toString('hex'));
    expect(initTransactionsRequest('tx', 10_000, FIRST).body.toString('hex')).toBe(
      hex(`03 7478 00002710 ${PRODUCER} 00`).toString('hex'),
    );
    expect(readInitProducerId(hex('00000000 0000 0000000000000007 0004 00'))).toEqual({ producerId: 7, epoch: 4 });
  });
});
