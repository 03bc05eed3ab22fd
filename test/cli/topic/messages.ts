/** Records as serializers with a registry write them, made here from the formats' own rules. */

export const ORDER_AVRO = JSON.stringify({
  type: 'record',
  name: 'Order',
  fields: [
    { name: 'name', type: 'string' },
    { name: 'count', type: 'int' },
  ],
});

export const ORDER_PROTOBUF = 'syntax = "proto3"; message Order { string name = 1; }';

/** A name of fewer than 64 bytes and a count from 0 to 63: each has one byte of length or zigzag number. */
export function avroMessage(id: number, name: string, count: number): Buffer {
  const text = Buffer.from(name);
  return Buffer.concat([Buffer.of(0, 0, 0, 0, id, text.length * 2), text, Buffer.of(count * 2)]);
}

/** The first message of the file, with field 1. */
export function protobufMessage(id: number, name: string): Buffer {
  const text = Buffer.from(name);
  return Buffer.concat([Buffer.of(0, 0, 0, 0, id, 0, 0x0a, text.length), text]);
}
