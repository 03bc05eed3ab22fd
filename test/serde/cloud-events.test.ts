import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { Change } from '../../src/record/change.js';
import { headerText, NO_HEADERS, textHeader, type Headers } from '../../src/record/headers.js';
import { ChangeSerde } from '../../src/serde/change.js';
import type { CloudEvent } from '../../src/serde/cloud-event.js';
import { serdes } from '../../src/serde/serdes.js';
import { TopologyTestDriver } from '../../src/testing/test-driver.js';
import { unreadable, unwritable } from './bytes-of.js';

const EVENT = { specversion: '1.0', id: 'e-1', source: '/shop', type: 'ordered' } as const;
const FULL: CloudEvent<unknown> = {
  ...EVENT,
  subject: 'o-1',
  time: '2026-01-02T03:04:05Z',
  dataschema: 'https://a/b',
  datacontenttype: 'application/json',
  extensions: { traceid: 'zoë' },
  data: { amount: 5 },
};

const binary = serdes.cloudEvents({ data: serdes.json<unknown>() });
const structured = serdes.cloudEvents({ data: serdes.json<unknown>(), mode: 'structured' });

type Events = typeof binary;

function written(serde: Events, event: CloudEvent<unknown>, given: Headers = NO_HEADERS): [Headers, Buffer] {
  const headers = serde.headersFor?.(event, 'events', given) ?? given;
  return [headers, serde.serialize(event, 'events', headers)];
}

function texts(headers: Headers): string[] {
  return headers.map(([key, value]) => `${key}=${String(value)}`);
}

describe('cloudEvents in binary mode', () => {
  it('writes attributes as headers and data as the value', () => {
    const [headers, bytes] = written(binary, FULL, [textHeader('trace', '7')]);
    expect(bytes.toString()).toBe('{"amount":5}');
    expect(texts(headers)).toEqual([
      'trace=7',
      'ce_specversion=1.0',
      'ce_id=e-1',
      'ce_source=/shop',
      'ce_type=ordered',
      'ce_subject=o-1',
      'ce_time=2026-01-02T03:04:05Z',
      'ce_dataschema=https://a/b',
      'ce_traceid=zoë',
      'content-type=application/json',
    ]);
    expect(binary.deserialize(bytes, 'events', headers)).toEqual(FULL);
  });

  it('replaces what an event before it left in the headers', () => {
    const [first] = written(binary, FULL);
    const [headers] = written(binary, { ...EVENT, id: 'e-2', data: 1 }, first);
    expect(texts(headers)).toEqual([
      'ce_specversion=1.0',
      'ce_id=e-2',
      'ce_source=/shop',
      'ce_type=ordered',
      'content-type=application/json',
    ]);
  });

  it('tells no data from data that have no bytes', () => {
    const serde = serdes.cloudEvents({ data: serdes.string(), contentType: 'text/plain' });
    for (const event of [EVENT, { ...EVENT, datacontenttype: 'text/plain', data: '' }]) {
      const headers = serde.headersFor?.(event, 'events', NO_HEADERS) ?? [];
      const bytes = serde.serialize(event, 'events', headers);
      expect(bytes).toHaveLength(0);
      expect(serde.deserialize(bytes, 'events', headers)).toEqual(event);
    }
  });

  it('refuses headers that are not those of an event', () => {
    const bytes = Buffer.from('1');
    const read = (headers: Headers) => () => binary.deserialize(bytes, 'events', headers);
    expect(read([textHeader('ce_specversion', '0.3')])).toThrow(
      unreadable(/specversion must be 1\.0, not a text of 3 characters/),
    );
    expect(read([textHeader('ce_specversion', '1.0')])).toThrow(unreadable(/id must be a text that is not empty/));
    const [headers] = written(binary, FULL);
    expect(read([...headers, textHeader('ce_Bad', 'x')])).toThrow(unreadable(/lower-case letters and digits/));
    expect(read([textHeader('content-type', 'application/cloudevents+avro')])).toThrow(
      unreadable(/as application\/cloudevents\+json only; .* a text of 28 characters/),
    );
    expect(read([textHeader('content-type', 'application/cloudevents-batch+json')])).toThrow(
      unreadable(/another content type, a text of 34 characters/),
    );
  });
});

describe('cloudEvents in structured mode', () => {
  it('writes all of it as one JSON text', () => {
    const [headers, bytes] = written(structured, FULL, [textHeader('ce_id', 'old')]);
    expect(texts(headers)).toEqual(['content-type=application/cloudevents+json; charset=UTF-8']);
    expect(JSON.parse(bytes.toString())).toEqual({
      specversion: '1.0',
      id: 'e-1',
      source: '/shop',
      type: 'ordered',
      subject: 'o-1',
      time: '2026-01-02T03:04:05Z',
      dataschema: 'https://a/b',
      datacontenttype: 'application/json',
      traceid: 'zoë',
      data: { amount: 5 },
    });
    expect(structured.deserialize(bytes, 'events', headers)).toEqual(FULL);
    // Whoever reads looks at the record, not at its own mode.
    expect(binary.deserialize(bytes, 'events', headers)).toEqual(FULL);
  });

  it('writes data that are no JSON as Base64, and reads texts as they stand', () => {
    const serde = serdes.cloudEvents({ data: serdes.string(), mode: 'structured', contentType: 'text/plain' });
    const event = { ...EVENT, datacontenttype: 'text/plain', data: 'zoë' };
    const headers = serde.headersFor?.(event, 'events', NO_HEADERS) ?? [];
    const bytes = serde.serialize(event, 'events', headers);
    expect(JSON.parse(bytes.toString())).toMatchObject({ data_base64: 'em/Dqw==' });
    expect(serde.deserialize(bytes, 'events', headers)).toEqual(event);
    const text = JSON.stringify({ ...EVENT, datacontenttype: 'text/plain', data: 'zoë' });
    expect(serde.deserialize(Buffer.from(text), 'events', headers)).toEqual(event);
  });

  it('keeps the digits of numbers in data, and tells null data from none', () => {
    const exact = serdes.cloudEvents({ data: serdes.json<unknown>({ bigints: true }), mode: 'structured' });
    for (const event of [{ ...EVENT, data: { n: 2n ** 64n } }, { ...EVENT, data: null }, EVENT]) {
      const bytes = exact.serialize(event, 'events');
      expect(exact.deserialize(bytes, 'events')).toEqual(
        'data' in event ? { ...event, datacontenttype: 'application/json' } : event,
      );
    }
  });

  it('refuses what is no event', () => {
    const read = (text: string) => () => structured.deserialize(Buffer.from(text), 'events', NO_HEADERS);
    expect(read('{"specversion":"1.0"')).toThrow(unreadable(/no CloudEvent: it is no JSON/));
    expect(read('[]')).toThrow(unreadable(/it is no object/));
    expect(read(JSON.stringify({ ...EVENT, type: 5 }))).toThrow(unreadable(/type must be a text.*not a number/));
    expect(read(JSON.stringify({ ...EVENT, data: 1, data_base64: '' }))).toThrow(unreadable(/both data and/));
    expect(read(JSON.stringify({ ...EVENT, data_base64: '*' }))).toThrow(unreadable(/no Base64/));
    expect(read(JSON.stringify({ ...EVENT, trace: {} }))).toThrow(unreadable(/extension trace must be/));
  });
});

describe('cloudEvents', () => {
  it('does not write what is no event, or data that are not of their content type', () => {
    const write = (event: unknown) => () => written(structured, event as CloudEvent<unknown>);
    expect(write(null)).toThrow(unwritable(/a CloudEvent is expected, not null/));
    expect(write({ ...EVENT, id: '' })).toThrow(unwritable(/id must be a text that is not empty/));
    expect(write({ ...EVENT, extensions: { n: 1.5 } })).toThrow(unwritable(/extension n must be/));
    const lying = serdes.cloudEvents({ data: serdes.string(), mode: 'structured' });
    expect(() => lying.serialize({ ...EVENT, data: 'x' }, 'events')).toThrow(unwritable(/no JSON.*set contentType/));
  });

  it('checks its options', () => {
    expect(() => serdes.cloudEvents({} as never)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    expect(() => serdes.cloudEvents({ data: serdes.string(), mode: 'batch' as never })).toThrow(/not text "batch"/);
  });

  it('stands whole in other values, though their record has headers of another event', () => {
    const changes = new ChangeSerde(binary);
    const [headers] = written(binary, FULL);
    const other = { ...EVENT, id: 'e-9', datacontenttype: 'application/json', data: 'new' };
    const bytes = changes.serialize(new Change<CloudEvent<unknown>>(other, EVENT), 'changes', headers);
    expect(changes.deserialize(bytes, 'changes', headers)).toEqual(new Change<CloudEvent<unknown>>(other, EVENT));
  });

  it('goes through sources, stores, repartition topics and sinks', async () => {
    const builder = new StreamsBuilder();
    const read = { key: serdes.string(), value: binary };
    const events = builder.stream('events', read);
    events
      .groupBy((event) => event.source, { key: serdes.string(), value: binary })
      .reduce((_, event) => event, { store: 'latest' })
      .toStream()
      .to('latest', { key: serdes.string(), value: structured });
    events.mapValues((event) => ({ ...event, id: `${event.id}-b` })).to('renamed', read);
    const driver = new TopologyTestDriver(builder.build());
    const input = driver.inputTopic('events', read);
    input.pipe('k', FULL, { headers: [textHeader('trace', '7')] });
    input.pipe('k', { ...EVENT, id: 'e-2' }, { headers: [textHeader('trace', '8')] });

    const renamed = driver.outputTopic('renamed', read).readRecords();
    expect(renamed.map(({ value }) => value)).toEqual([
      { ...FULL, id: 'e-1-b' },
      { ...EVENT, id: 'e-2-b' },
    ]);
    expect(renamed.map(({ headers }) => headerText(headers, 'ce_id'))).toEqual(['e-1-b', 'e-2-b']);
    const latest = driver.outputTopic('latest', { key: serdes.string(), value: structured }).readRecords();
    expect(latest.map(({ value }) => value)).toEqual([FULL, { ...EVENT, id: 'e-2' }]);
    expect(texts(latest[0]?.headers ?? [])).toEqual([
      'trace=7',
      'content-type=application/cloudevents+json; charset=UTF-8',
    ]);
    await driver.close();
  });
});
