/** Files of Protobuf that schemas import and that stand in no registry: compilers bring them along, as Confluent's serializers do. */
import { fromPackage } from './kafkajs-package.js';
import type { ProtoLibrary, ProtoRoot } from './protobuf-library.js';

/** Those that the library has as files of its own, for who needs them. */
const OF_LIBRARY = /^google\/protobuf\/(?:api|descriptor|source_context|type)\.proto$/;

const google = (text: string): string => `syntax = "proto3"; package google.type; ${text}`;
const DAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];
const MONTHS = ['JANUARY', 'FEBRUARY', 'MARCH', 'APRIL', 'MAY', 'JUNE', 'JULY'].concat([
  'AUGUST',
  'SEPTEMBER',
  'OCTOBER',
  'NOVEMBER',
  'DECEMBER',
]);
const listed = (names: readonly string[]): string => names.map((name, i) => `${name} = ${String(i)};`).join(' ');

const TEXTS: ReadonlyMap<string, string> = new Map([
  [
    'confluent/type/decimal.proto',
    'syntax = "proto3"; package confluent.type; message Decimal { bytes value = 1; uint32 precision = 2; int32 scale = 3; }',
  ],
  ['google/type/date.proto', google('message Date { int32 year = 1; int32 month = 2; int32 day = 3; }')],
  ['google/type/dayofweek.proto', google(`enum DayOfWeek { ${listed(['DAY_OF_WEEK_UNSPECIFIED', ...DAYS])} }`)],
  ['google/type/decimal.proto', google('message Decimal { string value = 1; }')],
  ['google/type/latlng.proto', google('message LatLng { double latitude = 1; double longitude = 2; }')],
  ['google/type/money.proto', google('message Money { string currency_code = 1; int64 units = 2; int32 nanos = 3; }')],
  ['google/type/month.proto', google(`enum Month { ${listed(['MONTH_UNSPECIFIED', ...MONTHS])} }`)],
  [
    'google/type/timeofday.proto',
    google('message TimeOfDay { int32 hours = 1; int32 minutes = 2; int32 seconds = 3; int32 nanos = 4; }'),
  ],
]);

/** Adds a file; false where nothing is known of it. */
export function addKnownFile(library: ProtoLibrary, root: ProtoRoot, file: string): boolean {
  const known = library.common.get(file) ?? ofLibrary(file);
  if (known !== null) {
    root.addJSON(known.nested);
    return true;
  }
  const text = TEXTS.get(file);
  if (text === undefined) return false;
  library.parse(text, root, { keepCase: false });
  return true;
}

function ofLibrary(file: string): { readonly nested: object } | null {
  if (!OF_LIBRARY.test(file)) return null;
  return fromPackage(`protobufjs/${file.replace(/proto$/, 'json')}`) as { readonly nested: object };
}
