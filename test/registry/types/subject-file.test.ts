import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import type { ReferencedSchema } from '../../../src/registry/format.js';
import type { SchemaType } from '../../../src/registry/registry-client.js';
import { subjectFile, type TypeChoices } from '../../../src/registry/types/subject-file.js';

const PLAIN: TypeChoices = { declarations: true };

interface Given {
  readonly type: SchemaType;
  readonly schema: object | string;
  readonly referenced?: readonly ReferencedSchema[];
}

function fileOf({ type, schema, referenced = [] }: Given, choices = PLAIN, subject = 'orders-value'): string {
  const text = typeof schema === 'string' ? schema : JSON.stringify(schema);
  return subjectFile(subject, { type, schema: text, references: [], referenced }, choices);
}

/** What is below the first line. */
function typesOf(given: Given, choices = PLAIN): string {
  const file = fileOf(given, choices);
  expect(mistakes(file)).toEqual([]);
  return file.slice(file.indexOf('\n') + 1).trim();
}

const libraries = new Map<string, ts.SourceFile | undefined>();

/** Of the compiler, for the file and what stands behind it. */
function mistakes(file: string, use = ''): string[] {
  const name = 'file.ts';
  const source = ts.createSourceFile(
    name,
    `declare class Buffer { length: number }\n${file}\n${use}`,
    ts.ScriptTarget.ESNext,
  );
  const host = ts.createCompilerHost({});
  const program = ts.createProgram(
    [name],
    { strict: true, noEmit: true, target: ts.ScriptTarget.ESNext, lib: ['lib.es2022.d.ts'], types: [] },
    {
      ...host,
      getSourceFile: (path, ...rest) => {
        if (path === name) return source;
        if (!libraries.has(path)) libraries.set(path, host.getSourceFile(path, ...rest));
        return libraries.get(path);
      },
    },
  );
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

const ORDER = {
  type: 'record',
  name: 'Order',
  namespace: 'shop',
  doc: 'What somebody has ordered.',
  fields: [
    { name: 'id', type: 'long', doc: 'Never given twice.' },
    { name: 'state', type: { type: 'enum', name: 'State', symbols: ['OPEN', 'SENT'], doc: 'How far it is.' } },
    { name: 'before', type: ['null', 'State'], default: null },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'price', type: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 } },
    { name: 'lines', type: { type: 'array', items: { type: 'record', name: 'Line', fields: [] } } },
    { name: 'amounts', type: { type: 'map', values: ['int', 'double'] } },
    { name: 'next', type: ['null', 'Order'], default: null },
    { name: 'of', type: { type: 'record', name: 'State', namespace: 'other', fields: [{ name: 'ab', type: 'null' }] } },
  ],
};

describe('types of Avro', () => {
  it('have docs, each named type once, and unions as values have them', () => {
    expect(typesOf({ type: 'AVRO', schema: ORDER })).toMatchInlineSnapshot(`
      "/** What somebody has ordered. */
      export interface Order {
        /** Never given twice. */
        readonly id: number | bigint;
        readonly state: State;
        readonly before: null | State;
        readonly at: number | bigint;
        readonly price: Buffer;
        readonly lines: readonly Line[];
        readonly amounts: Readonly<Record<string, { readonly int: number } | { readonly double: number }>>;
        readonly next: null | Order;
        readonly of: OtherState;
      }

      /** How far it is. */
      export type State = 'OPEN' | 'SENT';

      export interface Line {}

      export interface OtherState {
        readonly ab: null;
      }"
    `);
  });

  it('follow the choices of the serde', () => {
    const text = typesOf({ type: 'AVRO', schema: ORDER }, { ...PLAIN, longs: 'bigint', dates: true, decimals: true });
    expect(text).toContain('readonly id: bigint;');
    expect(text).toContain('readonly at: Date;');
    expect(text).toContain('readonly price: string;');
  });

  it('have the name of the subject where the schema has none, and those of other subjects beside them', () => {
    expect(typesOf({ type: 'AVRO', schema: ['null', 'string'] })).toBe('export type OrdersValue = null | string;');
    const money = { type: 'record', name: 'Money', fields: [{ name: 'cents', type: 'int' }] };
    const referenced = [{ name: 'Money', schema: JSON.stringify(money) }];
    const text = typesOf({ type: 'AVRO', schema: { type: 'array', items: 'Money' }, referenced });
    expect(text).toContain('export type OrdersValue = readonly Money[];');
    expect(text).toContain('export interface Money {');
  });
});

describe('types of JSON Schema', () => {
  it('have shapes, docs, what is optional, and what is referred to', () => {
    const schema = {
      title: 'order',
      description: 'An order.\nTwo lines.',
      type: 'object',
      required: ['id', 'kind'],
      properties: {
        id: { type: 'integer', description: 'Never */ given twice.' },
        kind: { enum: ['it\'s "a"', 1, null] },
        note: { type: ['string', 'null'] },
        'due-date': { type: 'string', format: 'date-time' },
        lines: { type: 'array', items: { $ref: '#/definitions/line' } },
        price: { $ref: 'money.json' },
        any: true,
        more: { allOf: [{ $ref: '#/definitions/line' }, { anyOf: [{ properties: { x: {} } }, { const: 5 }] }] },
        place: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        counts: { type: 'object', additionalProperties: { type: 'number' } },
      },
      definitions: { line: { type: 'object', properties: { of: { $ref: '#' } } } },
    };
    const referenced = [{ name: 'money.json', schema: '{"type":"integer","description":"In cents."}' }];
    expect(typesOf({ type: 'JSON', schema, referenced })).toMatchInlineSnapshot(`
      "/**
       * An order.
       * Two lines.
       */
      export interface Order {
        /** Never *​/ given twice. */
        readonly id: number;
        readonly kind: 'it\\'s "a"' | 1 | null;
        readonly note?: string | null;
        readonly 'due-date'?: string;
        readonly lines?: readonly Line[];
        readonly price?: Money;
        readonly any?: unknown;
        readonly more?: Line & ({
          readonly x?: unknown;
        } | 5);
        readonly place?: {
          readonly city: string;
        };
        readonly counts?: Readonly<Record<string, number>>;
      }

      export interface Line {
        readonly of?: Order;
      }

      /** In cents. */
      export type Money = number;"
    `);
  });

  it('refuse what is referred to and not there', () => {
    const missing = { type: 'JSON', schema: { properties: { a: { $ref: '#/definitions/b' } } } } as const;
    expect(() => fileOf(missing)).toThrow('schema of orders-value cannot be read: it refers to #/definitions/b');
    expect(() => fileOf({ type: 'JSON', schema: { $ref: 'other.json' } })).toThrow('other.json, which is not known');
  });
});

describe('types of Protobuf', () => {
  it('have all messages, docs, names of enums, and fields that may be missing', () => {
    const schema = `
      syntax = "proto3";
      package shop.v1;
      import "google/protobuf/timestamp.proto";
      // An order.
      message Order {
        int64 order_id = 1; // Never given twice.
        /* How far it is. */
        State state = 2;
        repeated Line lines = 3;
        map<string, double> amounts = 4;
        google.protobuf.Timestamp at = 5;
        optional int32 count = 6;
        oneof of { string text = 7; Line line = 8; }
        bytes raw = 9;
        enum State { OPEN = 0; SENT = 1; }
        message Line { bool paid = 1; }
      }
      message Line { Order order = 1; }`;
    expect(typesOf({ type: 'PROTOBUF', schema })).toMatchInlineSnapshot(`
      "/** An order. */
      export interface Order {
        /** Never given twice. */
        readonly orderId: number | bigint;
        /** How far it is. */
        readonly state: OrderState;
        readonly lines: readonly OrderLine[];
        readonly amounts: Readonly<Record<string, number>>;
        readonly at: Timestamp | null;
        readonly count?: number;
        readonly text?: string;
        readonly line?: OrderLine;
        readonly raw: Buffer;
      }

      export type OrderState = 'OPEN' | 'SENT';

      export interface OrderLine {
        readonly paid: boolean;
      }

      export interface Timestamp {
        readonly seconds: number | bigint;
        readonly nanos: number;
      }

      export interface Line {
        readonly order: Order | null;
      }"
    `);
  });
});

describe('a file of TypeScript', () => {
  const withSchema = { declarations: false };

  it('has the schema, to be given to a serde', () => {
    const file = fileOf({ type: 'AVRO', schema: ORDER }, withSchema);
    expect(file).toMatch(
      /^\/\* Types of orders-value \(Avro\), written by millrace schemas pull: do not edit\. \*\/\n/,
    );
    const use = "const field: string = schema.fields[0]!.name; const o: Order['state'] = 'SENT'; export { field, o };";
    expect(mistakes(file, use)).toEqual([]);
    expect(mistakes(file, "export const o: Order['state'] = 'LOST';")).toHaveLength(1);
  });

  it('has a text where the schema is one, and references', () => {
    const text = 'syntax = "proto3"; // `a` \\ ${b}\nmessage A { string x = 1; }';
    const references = [{ name: 'm.proto', subject: 'm', version: 2 }];
    const file = subjectFile('a', { type: 'PROTOBUF', schema: text, references, referenced: [] }, withSchema);
    expect(mistakes(file)).toEqual([]);
    const { outputText } = ts.transpileModule(file, { compilerOptions: { module: ts.ModuleKind.CommonJS } });
    const exports: { schema?: string; references?: unknown } = {};
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- what was written is run
    (new Function('exports', outputText) as (exports: object) => void)(exports);
    expect(exports).toMatchObject({ schema: text, references });
  });
});
