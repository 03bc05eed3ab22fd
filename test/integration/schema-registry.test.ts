/** Applications with a real schema registry: all formats, evolution while one runs, refusals, and a registry that goes away. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SchemaRegistryClient } from '@confluentinc/schemaregistry';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { program } from '../../src/cli/program.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { RunningSchemaRegistry } from '../../src/local-registry/options.js';
import { fromConfluent } from '../../src/registry/confluent-client.js';
import { schemaRegistry, type SchemaRegistry } from '../../src/registry/schema-registry.js';
import { NotReady } from '../../src/serde/not-ready.js';
import type { Serde } from '../../src/serde/serde.js';
import { serdes } from '../../src/serde/serdes.js';
import { applications, until } from './application-fixture.js';
import { createTopic, plainClient, uniqueName } from './kafka.js';
import { findRegistry } from './schema-registry.js';

interface Order {
  readonly user: string;
  readonly amount: number;
}
const FIELDS = [
  { name: 'user', type: 'string' },
  { name: 'amount', type: 'int' },
];
const ORDER = { type: 'record', name: 'Order', namespace: 'shop', fields: FIELDS };
const NEWER = {
  ...ORDER,
  fields: [
    { name: 'customer', aliases: ['user'], type: 'string' },
    { name: 'amount', type: 'long' },
    { name: 'note', type: 'string', default: '-' },
  ],
};

/** Orders that are sent at once while the registry is away. */
const BATCH = 50;

const DRAFT = { $schema: 'http://json-schema.org/draft-07/schema#' };

const { start } = applications();
let found: { registry: RunningSchemaRegistry } | { missing: string };
let host: string;

beforeAll(async () => {
  found = await findRegistry();
}, 300_000);
beforeEach((context) => {
  if ('missing' in found) context.skip(found.missing);
  else host = found.registry.url;
});

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

async function send<T>(topic: string, serde: Serde<T>, values: readonly T[]): Promise<void> {
  const producer = plainClient().producer();
  await producer.connect();
  const messages: { key: string; value: Buffer }[] = [];
  for (const value of values) {
    messages.push({ key: 'k', value: await eventually(() => serde.serialize(value, topic)) });
  }
  await producer.send({ topic, messages });
  await producer.disconnect();
}

async function setCompatibility(subject: string, compatibility: string): Promise<void> {
  const response = await fetch(`${host}/config/${subject}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ compatibility }),
  });
  expect(response.ok).toBe(true);
}

/** Sums amounts by user, in a store of Avro; tells each sum. */
function summing(registry: SchemaRegistry, topic: string, told: (order: Order) => void): StreamsBuilder {
  const order = registry.avro<Order>({ schema: ORDER });
  const builder = new StreamsBuilder();
  builder
    .stream(topic, { key: serdes.string(), value: order })
    .groupBy(({ user }) => user, { key: serdes.string(), value: order, name: 'by-user' })
    .reduce((sum, { user, amount }) => ({ user, amount: sum.amount + amount }), { store: 'sums' })
    .toStream()
    .foreach((sum) => {
      told(sum);
    });
  return builder;
}

describe('an application with Avro on a real registry', { timeout: 300_000 }, () => {
  it('reads what is written with other schemas while it runs, and its own state after a restart', async () => {
    const [topic, applicationId] = [await createTopic('orders'), uniqueName('avro-evolution')];
    const registry = schemaRegistry({ host });
    const sums: Order[] = [];
    const streams = start(summing(registry, topic, (sum) => sums.push(sum)).build(), { applicationId });
    await streams.start();
    await send(topic, registry.avro<Order>({ schema: ORDER }), [{ user: 'ann', amount: 1 }]);
    await until(() => sums.at(-1)?.amount === 1);
    // A field more, and an amount that could be a long: read by the older schema as far as it knows.
    const withNote = { ...ORDER, fields: [...FIELDS, { name: 'note', type: 'string', default: '-' }] };
    await send(topic, registry.avro({ schema: withNote }), [{ user: 'ann', amount: 2, note: 'x' }]);
    await until(() => sums.at(-1)?.amount === 3);
    await streams.close();

    const newer = schemaRegistry({ host }).avro<{ customer: string; amount: number; note: string }>({ schema: NEWER });
    const older = registry.avro<Order>({ schema: ORDER });
    const bytes = await eventually(() => older.serialize({ user: 'bob', amount: 7 }, topic));
    expect(await eventually(() => newer.deserialize(bytes, topic))).toEqual({ customer: 'bob', amount: 7, note: '-' });

    const again = start(summing(schemaRegistry({ host }), topic, (sum) => sums.push(sum)).build(), { applicationId });
    await again.start();
    await send(topic, registry.avro<Order>({ schema: ORDER }), [{ user: 'ann', amount: 4 }]);
    await until(() => sums.at(-1)?.amount === 7);
    const subjects = (await (await fetch(`${host}/subjects`)).json()) as string[];
    expect(subjects).toEqual(
      expect.arrayContaining([
        `${topic}-value`,
        `${applicationId}-by-user-repartition-value`,
        `${applicationId}-sums-changelog-value`,
      ]),
    );
  });

  it('says at its start that a schema does not fit the versions before it', async () => {
    const [topic, output] = [await createTopic('orders'), await createTopic('orders-out')];
    const applicationId = uniqueName('avro-refused');
    const registry = schemaRegistry({ host });
    await registry.avro<Order>({ schema: ORDER }).prepare?.(output, 'write');
    await setCompatibility(`${output}-value`, 'BACKWARD');
    const changed = { ...ORDER, fields: [{ name: 'user', type: 'int' }] };
    const builder = new StreamsBuilder();
    builder
      .stream(topic, { key: serdes.string(), value: registry.avro<object>() })
      .to(output, { key: serdes.string(), value: registry.avro<object>({ schema: changed }) });
    const errors: unknown[] = [];
    const streams = start(builder.build(), { applicationId });
    streams.onUncaughtError((error) => {
      errors.push(error);
      return 'shutdown';
    });
    await streams.start().catch((error: unknown) => errors.push(error));
    await until(() => errors.length > 0);
    expect(errors[0]).toMatchObject({
      code: 'SCHEMA_REFUSED',
      message: expect.stringMatching(
        new RegExp(`schema of the values of ${output} cannot be used: .*ncompatible`),
      ) as string,
    });
  });

  it('goes on under load with what it knows while the registry is down, and with all of it when it is back', async (context) => {
    const control = 'registry' in found ? found.registry.control : undefined;
    if (control === undefined) return context.skip('the registry of the environment is not stopped');
    const [topic, applicationId] = [await createTopic('orders'), uniqueName('avro-outage')];
    const registry = schemaRegistry({ host });
    const order = registry.avro<Order>({ schema: ORDER });
    const newest = registry.avro({
      schema: { ...ORDER, fields: [...FIELDS, { name: 'colour', type: 'string', default: 'red' }] },
    });
    const late = await eventually(() => newest.serialize({ user: 'ann', amount: 100, colour: 'blue' }, topic));
    const sums: Order[] = [];
    const application = schemaRegistry({ host, retryTimeout: '4m' });
    const streams = start(summing(application, topic, (sum) => sums.push(sum)).build(), { applicationId });
    await streams.start();
    await send(topic, order, [{ user: 'ann', amount: 1 }]);
    await until(() => sums.at(-1)?.amount === 1);
    // Orders come all the while: before, without a registry, and after.
    let expected = 1;
    const shop = { open: true };
    const load = (async () => {
      while (shop.open) {
        await send(
          topic,
          order,
          Array.from({ length: BATCH }, () => ({ user: 'ann', amount: 1 })),
        );
        expected += BATCH;
      }
    })();
    await control.kill();
    try {
      const [known, before] = [expected, sums.at(-1)?.amount ?? 0];
      await until(() => (sums.at(-1)?.amount ?? 0) > before + BATCH && expected > known + BATCH);
      // Its id is new to the application: the partition waits, and loses nothing.
      await send(topic, serdes.bytes(), [late]);
      expected += 100;
      const waiting = expected;
      await until(() => expected > waiting + BATCH);
    } finally {
      await control.start();
      shop.open = false;
      await load;
    }
    // All of it and nothing twice, however many updates a cache made one of.
    await until(() => (sums.at(-1)?.amount ?? 0) >= expected);
    expect(sums.at(-1)?.amount).toBe(expected);
  });
});

describe('a JSON Schema serde on a real registry', { timeout: 300_000 }, () => {
  it('registers, builds on schemas of other subjects, and reads what it wrote', async () => {
    const [topic, money] = [uniqueName('prices'), uniqueName('money')];
    const registry = schemaRegistry({ host });
    await registry.jsonSchema({ schema: { ...DRAFT, $id: 'money.json', type: 'integer' } }).prepare?.(money, 'write');
    const schema = { ...DRAFT, type: 'object', properties: { price: { $ref: 'money.json' } } };
    const references = [{ name: 'money.json', subject: `${money}-value`, version: 1 }];
    const serde = registry.jsonSchema<{ price: number }>({ schema, references });
    const bytes = await eventually(() => serde.serialize({ price: 5 }, topic));
    const reader = schemaRegistry({ host }).jsonSchema<{ price: number }>();
    expect(await eventually(() => reader.deserialize(bytes, topic))).toEqual({ price: 5 });
    expect(() => serde.serialize({ price: 1.5 }, topic)).toThrow(/price: .*integer/);
  });
});

describe('a Protobuf serde on a real registry', { timeout: 300_000 }, () => {
  it('registers, builds on files of other subjects, and reads all messages of what it wrote', async () => {
    const [topic, money] = [uniqueName('prices'), uniqueName('money')];
    const registry = schemaRegistry({ host });
    const file = 'syntax = "proto3"; package m; message Money { int64 cents = 1; }';
    await registry.protobuf({ schema: file }).prepare?.(money, 'write');
    const schema =
      'syntax = "proto3"; import "money.proto"; message A { string x = 1; } message B { m.Money price = 1; }';
    const references = [{ name: 'money.proto', subject: `${money}-value`, version: 1 }];
    const serde = registry.protobuf<object>({ schema, references, message: 'B' });
    const bytes = await eventually(() => serde.serialize({ price: { cents: 2n ** 60n } }, topic));
    const reader = schemaRegistry({ host }).protobuf();
    expect(await eventually(() => reader.deserialize(bytes, topic))).toEqual({ price: { cents: 2n ** 60n } });
  });
});

/** One topic, written by several versions of a schema. */
async function written<T>(serde: Serde<T>, value: T, topic: string): Promise<Buffer> {
  await serde.prepare?.(topic, 'write');
  return eventually(() => serde.serialize(value, topic));
}

async function refusal(serde: Serde<unknown>, topic: string): Promise<unknown> {
  try {
    await serde.prepare?.(topic, 'write');
  } catch (error) {
    return error;
  }
  return 'it was taken';
}

describe('evolution on a real registry', { timeout: 300_000 }, () => {
  const REFUSED = { code: 'SCHEMA_REFUSED', message: expect.stringMatching(/ncompatible/) as string };

  it('of Avro: fields added, removed, renamed by an alias, and promoted, read by either side', async () => {
    const topic = uniqueName('avro-versions');
    const record = (fields: readonly object[]): object => ({ ...ORDER, fields });
    const older = schemaRegistry({ host }).avro<object>({
      schema: record([...FIELDS, { name: 'gone', type: 'string', default: '?' }]),
    });
    const newer = schemaRegistry({ host }).avro<object>({ schema: NEWER });
    const before = await written(older, { user: 'ann', amount: 1, gone: 'x' }, topic);
    await setCompatibility(`${topic}-value`, 'BACKWARD');
    await written(newer, { customer: 'bob', amount: 2, note: 'new' }, topic);
    expect(await eventually(() => newer.deserialize(before, topic))).toEqual({ customer: 'ann', amount: 1, note: '-' });
    // What the older one knows under another name it has not; the rest it reads.
    const middle = schemaRegistry({ host }).avro<object>({
      schema: record([...FIELDS, { name: 'note', type: 'string', default: '-' }]),
    });
    await setCompatibility(`${topic}-value`, 'NONE');
    const between = await written(middle, { user: 'cyd', amount: 3, note: 'n' }, topic);
    expect(await eventually(() => older.deserialize(between, topic))).toEqual({ user: 'cyd', amount: 3, gone: '?' });
    await setCompatibility(`${topic}-value`, 'BACKWARD');
    const wrong = schemaRegistry({ host }).avro<object>({ schema: record([{ name: 'user', type: 'int' }]) });
    expect(await refusal(wrong, topic)).toMatchObject(REFUSED);
  });

  it('of JSON Schema: properties added, removed and promoted; a name has no alias there', async () => {
    const topic = uniqueName('json-versions');
    const object = (properties: object, required: readonly string[]): object => ({
      ...DRAFT,
      title: 'Order',
      type: 'object',
      properties,
      required,
    });
    const amount = { type: 'integer' };
    const older = schemaRegistry({ host }).jsonSchema<object>({
      schema: object({ user: { type: 'string' }, amount, gone: { type: 'string' } }, ['user', 'amount']),
    });
    const newer = schemaRegistry({ host }).jsonSchema<object>({
      schema: object({ user: { type: 'string' }, amount: { type: 'number' }, note: { type: 'string' } }, ['user']),
    });
    const before = await written(older, { user: 'ann', amount: 1, gone: 'x' }, topic);
    const after = await written(newer, { user: 'bob', amount: 2, note: 'new' }, topic);
    expect(await eventually(() => newer.deserialize(before, topic))).toEqual({ user: 'ann', amount: 1, gone: 'x' });
    expect(await eventually(() => older.deserialize(after, topic))).toEqual({ user: 'bob', amount: 2, note: 'new' });
    const half = await written(newer, { user: 'bob', amount: 2.5 }, topic);
    await eventually(() => older.deserialize(after, topic));
    expect(() => older.deserialize(half, topic)).toThrow(/amount: .*integer/);
    await setCompatibility(`${topic}-value`, 'BACKWARD');
    const wrong = schemaRegistry({ host }).jsonSchema<object>({
      schema: object({ user: { type: 'integer' } }, ['user']),
    });
    expect(await refusal(wrong, topic)).toMatchObject(REFUSED);
  });

  it('of Protobuf: fields added, removed, renamed under their number, and promoted', async () => {
    const topic = uniqueName('protobuf-versions');
    const message = (fields: string): string => `syntax = "proto3"; message Order { ${fields} }`;
    const older = schemaRegistry({ host }).protobuf<object>({
      schema: message('string user = 1; int32 amount = 2; string gone = 3;'),
    });
    const newer = schemaRegistry({ host }).protobuf<object>({
      schema: message('string customer = 1; int64 amount = 2; string note = 4; reserved 3;'),
    });
    const before = await written(older, { user: 'ann', amount: 1, gone: 'x' }, topic);
    const after = await written(newer, { customer: 'bob', amount: 2, note: 'new' }, topic);
    expect(await eventually(() => newer.deserialize(before, topic))).toEqual({ customer: 'ann', amount: 1, note: '' });
    expect(await eventually(() => older.deserialize(after, topic))).toEqual({ user: 'bob', amount: 2, gone: '' });
    await setCompatibility(`${topic}-value`, 'BACKWARD');
    const wrong = schemaRegistry({ host }).protobuf<object>({
      schema: message('bytes customer = 1; string amount = 2;'),
    });
    expect(await refusal(wrong, topic)).toMatchObject(REFUSED);
  });
});

describe("Confluent's client on a real registry", { timeout: 300_000 }, () => {
  it('registers, finds and refuses, and reads what the other client has written', async () => {
    const topic = uniqueName('confluent');
    const theirs = new SchemaRegistryClient({ baseURLs: [host], maxRetries: 0 });
    const registry = schemaRegistry({ client: fromConfluent(theirs) });
    const kafkajs = schemaRegistry({ host });
    const one = await written(kafkajs.avro<Order>({ schema: ORDER }), { user: 'ann', amount: 1 }, topic);
    const two = await written(
      registry.avro<object>({ schema: NEWER }),
      { customer: 'bob', amount: 2, note: '' },
      topic,
    );
    const reader = registry.avro<object>({ schema: NEWER });
    expect(await eventually(() => reader.deserialize(one, topic))).toEqual({ customer: 'ann', amount: 1, note: '-' });
    const latest = await eventually(() => kafkajs.avro<object>().deserialize(two, topic));
    expect(latest).toEqual({ customer: 'bob', amount: 2, note: '' });
    const found = registry.avro<Order>({ schema: ORDER, autoRegister: false });
    expect((await written(found, { user: 'ann', amount: 1 }, topic)).equals(one)).toBe(true);
    await setCompatibility(`${topic}-value`, 'BACKWARD');
    const wrong = registry.avro<object>({ schema: { ...ORDER, fields: [{ name: 'user', type: 'int' }] } });
    expect(await refusal(wrong, topic)).toMatchObject({ code: 'SCHEMA_REFUSED' });
    expect(
      await refusal(registry.avro<object>({ schema: ORDER, autoRegister: false }), uniqueName('none')),
    ).toMatchObject({
      code: 'SCHEMA_REFUSED',
    });
  });
});

describe('millrace schemas pull on a real registry', { timeout: 300_000 }, () => {
  it('writes types, and tells when there is a newer version', async () => {
    const topic = uniqueName('pulled');
    const registry = schemaRegistry({ host });
    await registry.avro<Order>({ schema: ORDER }).prepare?.(topic, 'write');
    const out = mkdtempSync(join(tmpdir(), 'millrace-pulled-'));
    const pull = (...more: readonly string[]): Promise<unknown> =>
      program().parseAsync(['schemas', 'pull', `${topic}-value`, '-r', host, '-o', out, ...more], { from: 'user' });
    try {
      await pull();
      const text = readFileSync(join(out, `${topic}-value.ts`), 'utf8');
      expect(text).toContain('export interface Order {\n  readonly user: string;\n  readonly amount: number;\n}');
      await pull('--check');
      await registry.avro({ schema: NEWER }).prepare?.(topic, 'write');
      await expect(pull('--check')).rejects.toMatchObject({ code: 'TYPES_OUTDATED' });
    } finally {
      rmSync(out, { recursive: true });
    }
  });
});
