/** How the orders of the benchmark are written; bench/jvm reads and writes the same bytes. */
import { inMemoryRegistry } from '../../src/registry/in-memory-registry.js';
import type { SchemaText } from '../../src/registry/registry-client.js';
import { schemaRegistry, type SchemaRegistry } from '../../src/registry/schema-registry.js';
import type { Serde } from '../../src/serde/serde.js';
import { serdes } from '../../src/serde/serdes.js';

export const ORDER_FORMATS = ['json', 'avro', 'protobuf'] as const;
export type OrderFormat = (typeof ORDER_FORMATS)[number];

/** A record of the input. */
export interface Order {
  readonly userId: string;
  readonly orderId: number;
  readonly item: string;
  readonly amount: number;
  readonly country: string;
}

const AVRO = {
  type: 'record',
  name: 'AvroOrder',
  namespace: 'millrace.bench',
  fields: [
    { name: 'userId', type: 'string' },
    { name: 'orderId', type: 'long' },
    { name: 'item', type: 'string' },
    { name: 'amount', type: 'double' },
    { name: 'country', type: 'string' },
  ],
};

const PROTOBUF = `
syntax = "proto3";
message Order {
  string user_id = 1;
  int64 order_id = 2;
  string item = 3;
  double amount = 4;
  string country = 5;
}`;

/** With a schema: of a registry that is asked once for its only one, whose id is 1, which no measurement sees. */
export function orderSerde(format: OrderFormat): Serde<Order> {
  switch (format) {
    case 'json':
      return serdes.json<Order>();
    case 'avro':
      return registryWith({ type: 'AVRO', schema: JSON.stringify(AVRO), references: [] }).avro<Order>({ schema: AVRO });
    case 'protobuf':
      return registryWith({ type: 'PROTOBUF', schema: PROTOBUF, references: [] }).protobuf<Order>({ schema: PROTOBUF });
  }
}

function registryWith(schema: SchemaText): SchemaRegistry {
  const client = inMemoryRegistry();
  void client.register('orders', schema, false);
  return schemaRegistry({ client });
}
