/** Beside the commands: how far the clock of this machine is from that of a broker. */
import { randomBytes } from 'node:crypto';
import type { BrokerClient } from '../../broker/port.js';
import { NO_HEADERS } from '../../record/headers.js';
import { partitionRanges, scanRanges } from '../topic/scan-topic.js';
import { look, ok, wrong, type Finding } from './finding.js';

const LOOK_MS = 1_000;
const WRONG_MS = 60_000;
const PRODUCE_LIMIT_MS = 15_000;
const MIB = 1024 * 1024;

/** A topic is made for a moment, whose records get the time of the broker; it is deleted again. */
export async function checkClock(client: BrokerClient): Promise<readonly Finding[]> {
  const admin = client.admin();
  const topic = `millrace-doctor-${randomBytes(6).toString('hex')}`;
  const config = { 'message.timestamp.type': 'LogAppendTime', 'retention.ms': '600000' };
  await admin.createTopics([{ topic, partitions: 1, replicationFactor: -1, config }]);
  try {
    const producer = client.producer({
      name: 'doctor',
      lingerMs: 0,
      batchBytes: MIB,
      maxBufferedBytes: MIB,
      compression: 'none',
      deliveryTimeoutMs: PRODUCE_LIMIT_MS,
    });
    await producer.lookUp([topic]);
    const writer = producer.writer({ name: 'doctor' });
    // The first record also waits for connections and an id.
    for (let record = 0; record < 2; record += 1) {
      const before = Date.now();
      writer.append(topic, 0, null, Buffer.of(record), NO_HEADERS, before);
      await writer.flush();
      if (record === 1) return [clockFinding(before, Date.now(), await lastTime(client, topic))];
    }
    return [];
  } finally {
    await admin.deleteTopics([topic]);
  }
}

async function lastTime(client: BrokerClient, topic: string): Promise<number> {
  let time = NaN;
  await scanRanges(client, await partitionRanges(client.admin(), topic), ({ timestamp }) => {
    time = timestamp;
    return true;
  });
  return time;
}

/** @param before, after when the record was sent and acknowledged, by the clock of this machine, ms */
export function clockFinding(before: number, after: number, broker: number): Finding {
  const unsure = (after - before) / 2;
  const off = Math.round(broker - (before + after) / 2);
  const far = Math.max(0, Math.abs(off) - unsure);
  const found =
    far === 0
      ? `no difference to the broker's that ${String(Math.ceil(unsure))} ms would show`
      : `${String(Math.abs(off))} ms ${off > 0 ? 'behind' : 'ahead of'} the broker's, give or take ${String(Math.ceil(unsure))} ms`;
  if (far <= LOOK_MS) return ok('clock', found);
  const fix =
    'let NTP set the clocks: records that this machine writes have times of its clock, and windows close by them';
  return far > WRONG_MS ? wrong('clock', found, fix) : look('clock', found, fix);
}
