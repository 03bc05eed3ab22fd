/** What Java's serializers write with a schema registry we read, and the other way round; and an application with Avro moves house. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningSchemaRegistry } from '../../src/local-registry/options.js';
import { Windowed } from '../../src/record/windowed.js';
import { schemaRegistry, type SchemaRegistry } from '../../src/registry/schema-registry.js';
import { NotReady } from '../../src/serde/not-ready.js';
import type { Serde } from '../../src/serde/serde.js';
import { serdes } from '../../src/serde/serdes.js';
import { jvmCanRun } from '../jvm-program.js';
import { avroSums } from '../moving/applications/avro.js';
import { move } from '../moving/house.js';
import { JvmSide } from '../moving/jvm-side.js';
import { KafkaSide } from '../moving/kafka-side.js';
import { millraceSide } from '../moving/millrace-side.js';
import { DataClients } from './data-fixture.js';
import { uniqueName } from './kafka.js';
import { findRegistry } from './schema-registry.js';

const SEED = 11;
const WINDOW_MS = 60_000;
const START = 1_700_000_040_000;
/** Apicurio's API for others' serializers, and its own. */
const [THEIRS, OWN] = ['/apis/ccompat/v7', '/apis/registry/v3'] as const;

const ORDER = {
  type: 'record',
  name: 'Order',
  namespace: 'shop',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'amount', type: 'double' },
    { name: 'paid', type: 'boolean' },
    { name: 'raw', type: 'bytes' },
    { name: 'note', type: ['null', 'string'], default: null },
    { name: 'state', type: { type: 'enum', name: 'State', symbols: ['OPEN', 'SENT'] } },
    { name: 'tags', type: { type: 'array', items: 'string' } },
    { name: 'counts', type: { type: 'map', values: 'int' } },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'price', type: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 } },
  ],
};
const VALUE = {
  id: 2n ** 60n + 1n,
  amount: -0.1,
  paid: true,
  raw: Buffer.of(0, 255),
  note: 'ä€😀',
  state: 'SENT',
  tags: ['', 'b'],
  counts: { one: -1 },
  at: new Date(START),
  price: '-12.50',
};
/** The same, as Avro's own JSON has it: bytes are characters of one byte each. */
const JSON_VALUE =
  '{"id":1152921504606846977,"amount":-0.1,"paid":true,"raw":"\\u0000\\u00FF","note":{"string":"ä€😀"},"state":"SENT",' +
  `"tags":["","b"],"counts":{"one":-1},"at":${String(START)},"price":"\\u00FB\\u001E"}`;

type Found = { registry: RunningSchemaRegistry } | { missing: string };

async function foundWithJava(): Promise<Found> {
  if (!(await jvmCanRun())) return { missing: 'there is no Java with Maven' };
  const found = await findRegistry();
  if ('missing' in found || found.registry.url.endsWith(THEIRS)) return found;
  return { missing: 'the registry of the environment is not Apicurio, whose serializers are compared' };
}

/** Calls a serde until it has what it needs. */
async function eventually<T>(call: () => T): Promise<T> {
  for (;;) {
    try {
      return call();
    } catch (error) {
      if (!(error instanceof NotReady)) throw error;
      await error.until;
    }
  }
}

describe('with a schema registry, Java and Millrace', { timeout: 300_000 }, () => {
  const clients = new DataClients();
  let found: Found;
  let jvm: JvmSide | undefined;
  let registry: SchemaRegistry;
  let order: Serde<typeof VALUE>;

  beforeAll(async () => {
    found = await foundWithJava();
    if ('missing' in found) return;
    const { url } = found.registry;
    jvm = await JvmSide.start(url.replace(THEIRS, OWN));
    registry = schemaRegistry({ host: url });
    order = registry.avro({ schema: ORDER, dates: true, decimals: true });
  }, 600_000);

  afterAll(async () => {
    await jvm?.stop();
    await clients.close();
  });

  beforeEach((context) => {
    if ('missing' in found) context.skip(found.missing);
  });

  const host = (): string => ('registry' in found ? found.registry.url : '');

  // Who comes first registers the schema; the other one must find it.
  it.each([
    { part: 'keys', first: 'java', windowMs: 0 },
    { part: 'values', first: 'java', windowMs: 0 },
    { part: 'values', first: 'millrace', windowMs: 0 },
    { part: 'windowed keys', first: 'java', windowMs: WINDOW_MS },
    { part: 'windowed keys', first: 'millrace', windowMs: WINDOW_MS },
  ])('write the same bytes for $part, and read each other, when $first is first', async ({ part, first, windowMs }) => {
    const topic = uniqueName('jvm-avro');
    const key = part !== 'values';
    const given = { topic, key, windowMs, start: windowMs === 0 ? 0 : START, schema: JSON.stringify(ORDER) };
    const inner = key ? (order.forKeys?.() as Serde<typeof VALUE>) : order;
    const windowed = serdes.timeWindowed(inner, WINDOW_MS);
    const windowedKey = new Windowed(VALUE, START, START + WINDOW_MS);
    const ours = (): Promise<Buffer> =>
      eventually(() => (windowMs === 0 ? inner.serialize(VALUE, topic) : windowed.serialize(windowedKey, topic)));
    const theirs = async (): Promise<Buffer> =>
      Buffer.from((await jvm!.convert({ ...given, value: JSON_VALUE })).bytes!, 'hex');

    const early = first === 'java' ? await theirs() : await ours();
    const late = first === 'java' ? await ours() : await theirs();
    expect(late.toString('hex')).toBe(early.toString('hex'));

    if (windowMs === 0) expect(await eventually(() => inner.deserialize(early, topic))).toEqual(VALUE);
    else expect(await eventually(() => windowed.deserialize(early, topic))).toEqual(windowedKey);
    const { value, start } = await jvm!.convert({ ...given, bytes: early.toString('hex') });
    expect(JSON.parse(value!)).toEqual(JSON.parse(JSON_VALUE));
    if (windowMs > 0) expect(start).toBe(START);
  });

  it('read what refers to the schemas of other subjects', async () => {
    const topic = uniqueName('jvm-references');
    const schema = JSON.stringify({ ...ORDER, name: 'Parcel' });
    const { bytes } = await jvm!.convert({ topic, key: false, schema, whole: false, value: JSON_VALUE });
    const { references } = (await (await fetch(`${host()}/subjects/${topic}-value/versions/latest`)).json()) as {
      references: readonly object[];
    };
    expect(references).toEqual([{ name: 'shop.State', subject: 'shop.State', version: 1 }]);
    const reader = registry.avro({ dates: true, decimals: true });
    expect(await eventually(() => reader.deserialize(Buffer.from(bytes!, 'hex'), topic))).toEqual(VALUE);
  });

  it('move an application with Avro keys and values, in stores and on the way, from one to the other', async () => {
    const application = avroSums(registry);
    const kafka = await KafkaSide.connect(clients);
    try {
      const { inputs, stayed, came, went } = await move(application, kafka, jvm!, millraceSide, SEED);
      expect(inputs).toHaveLength(1);
      expect(came.descriptions[1]!.trimEnd()).toBe(came.descriptions[0]!.trimEnd());
      expect(came.first).toEqual(stayed.first);
      expect(went.first).toEqual(stayed.first);
      expect(came.second).toEqual(stayed.second);
      expect(went.second).toEqual(stayed.second);
      expect(stayed.second.output.length).toBeGreaterThan(0);
      expect(stayed.second.output).not.toEqual(stayed.first.output);
      expect(stayed.second.changelogs['sums']!.length).toBeGreaterThan(0);
      expect(came.restored).toBeGreaterThan(0);
      expect(went.restored).toBeGreaterThan(0);
    } finally {
      await kafka.close();
    }
  });
});
