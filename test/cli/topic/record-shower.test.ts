import { describe, expect, it } from 'vitest';
import { recordShower } from '../../../src/cli/topic/record-shower.js';
import { inMemoryRegistry } from '../../../src/registry/in-memory-registry.js';
import type { SchemaType } from '../../../src/registry/registry-client.js';
import { serdes } from '../../../src/serde/serdes.js';
import { avroMessage, ORDER_AVRO, ORDER_PROTOBUF, protobufMessage } from './messages.js';

async function registryWith(type: SchemaType, schema: string): Promise<ReturnType<typeof inMemoryRegistry>> {
  const registry = inMemoryRegistry();
  await registry.register('orders-value', { type, schema, references: [] }, false);
  return registry;
}

describe('a record', () => {
  it('of Avro is decoded with the schema of the registry', async () => {
    const bytes = avroMessage(1, 'ann', 3);
    const shower = await recordShower([bytes], await registryWith('AVRO', ORDER_AVRO));
    expect(shower).toMatchObject({ format: 'Avro', schemaIds: [1], schemas: [{ id: 1, type: 'AVRO' }] });
    expect(await shower.shown(bytes)).toEqual({ name: 'ann', count: 3 });
    expect(await shower.shown(null)).toBeNull();
  });

  it('of Protobuf is told from Avro by the registry', async () => {
    const bytes = protobufMessage(1, 'ann');
    expect((await recordShower([bytes], null)).format).toBe('Avro or Protobuf');
    const shower = await recordShower([bytes], await registryWith('PROTOBUF', ORDER_PROTOBUF));
    expect(shower.format).toBe('Protobuf');
    expect(await shower.shown(bytes)).toEqual({ name: 'ann' });
  });

  it('whose schema the registry does not have is an error that names it', async () => {
    await expect(recordShower([avroMessage(9, 'ann', 3)], inMemoryRegistry())).rejects.toMatchObject({
      code: 'SCHEMA_REFUSED',
      message: expect.stringContaining('schema 9') as string,
    });
  });

  it('without a schema is shown by its format, exactly', async () => {
    const big = Buffer.from('{"id":9007199254740993}');
    expect(await (await recordShower([big], null)).shown(big)).toEqual({ id: 9007199254740993n });
    const long = serdes.long().serialize(5, 't');
    const longs = await recordShower([long], null);
    expect(await longs.shown(long)).toBe(5);
    // One that came outside of the samples.
    expect(await longs.shown(Buffer.of(1, 2))).toEqual({ hex: '0102' });
  });
});
