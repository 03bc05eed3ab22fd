/** What cannot be is refused by the compiler, in words that say why. */
import { describe, expect, it } from 'vitest';
import { compileAll } from './compiled.js';

const BEGINNING = `
import { duration, JoinWindows, KafkaStreams, serdes, type SessionWindowedKStream, SessionWindows, SlidingWindows, StreamsBuilder, TimeWindows, type KGroupedStream, type KStream, type KTable, type Windowed } from 'millrace';
interface Order { readonly user: string; readonly amount: number }
import { TopologyTestDriver } from 'millrace/testing';
declare const builder: StreamsBuilder;
declare const sessions: SessionWindowedKStream<string, Order>;
declare const orders: KStream<string, Order>;
declare const byNumber: KStream<number, Order>;
declare const users: KTable<string, { readonly name: string } | null>;
declare const numbers: KTable<number, string>;
declare const windowed: KTable<Windowed<string>, number>;
declare const groups: KGroupedStream<string, Order>;
declare const byKey: KStream<string, Order>;
const near = JoinWindows.of({ timeDifference: '5s' });
const ten = TimeWindows.of({ size: '10s' });
`;

/** As the compiler says it of a misspelt name. */
function unknownOption(written: string, type: string, meant: string): string {
  return `'${written}' does not exist in type '${type}(<.*>)?'. Did you mean to write '${meant}'\\?`;
}

/** What is tried, the code, and what the compiler must say of it. */
type Refusal = readonly [what: string, code: string, reason: RegExp];

const REFUSED: readonly Refusal[] = [
  // promises
  [
    'an async mapper',
    'orders.mapValues(async (order) => order);',
    /nobody waits for this promise: use mapValuesAsync\(\)/,
  ],
  [
    'a mapper to pairs of promises',
    'orders.map((order, key) => [key, Promise.resolve(order)]);',
    /nobody waits for this promise/,
  ],
  ['an async mapper of a table', 'users.mapValues(async (user) => user);', /nobody waits for this promise/],
  ['an async key', 'orders.groupBy(async (order) => order.user);', /nobody waits for this promise/],
  ['an async joiner', 'orders.join(users, async (order) => order);', /nobody waits for this promise/],
  ['an async predicate', 'orders.filter(async (order) => order.amount > 1);', /Promise<boolean>/],
  ['an async predicate of a branch', 'orders.split().branch(async () => true);', /Promise<boolean>/],
  ['an async predicate of a table', 'users.filter(async () => true);', /Promise<boolean>/],
  ['an async look', 'orders.peek(async (order) => console.log(order));', /nobody waits for this promise/],
  ['an async key of a stream', 'orders.selectKey(async (order) => order.user);', /nobody waits for this promise/],
  ['an async list', 'orders.flatMapValues(async (order) => [order]);', /Promise<.*\[\]>/],
  ['an async initializer', 'groups.aggregate(async () => 0, async (n) => n);', /nobody waits for this promise/],
  [
    'an async aggregator',
    'groups.aggregate(() => 0, async (n) => n + 1);',
    /'Promise<number>' is not assignable to type 'number'/,
  ],
  ['an async reducer', 'groups.reduce(async (order) => order);', /Promise<Order>/],
  [
    'an async merger',
    'sessions.aggregate(() => 0, (n) => n + 1, async (a, b) => a + b);',
    /'Promise<number>' is not assignable to type 'number'/,
  ],
  // joins
  [
    'a join with a table of other keys',
    'orders.join(numbers, (order) => order);',
    /'KTable<number, string>' is not assignable .*\n.*'number' is not assignable to type 'string'/,
  ],
  [
    'a join of tables of other keys',
    'users.join(numbers, (user) => user);',
    /'KTable<number, string>' is not assignable .*\n.*'number' is not assignable to type 'string'/,
  ],
  [
    'an outer join of tables of other keys',
    'users.outerJoin(numbers, (user) => user);',
    /'KTable<number, string>' is not assignable .*\n.*'number' is not assignable to type 'string'/,
  ],
  [
    'a join with a windowed table by plain keys',
    'orders.leftJoin(windowed, (order) => order);',
    /'Windowed<string>' is not assignable to type 'string'/,
  ],
  [
    'a joiner that takes another value',
    'orders.join(users, (order, user: string) => user);',
    /parameters 'user' and 'right' are incompatible/,
  ],
  ['a join without a joiner', 'orders.join(users);', /^Expected 2-4 arguments, but got 1/],
  [
    'a global join without a key',
    "orders.join(builder.globalTable('g'), (order) => order);",
    /a join with a global table needs a function that selects the table's key, before the joiner/,
  ],
  [
    'a join of streams of other keys',
    'orders.join(byNumber, (order) => order, near);',
    /'KStream<number, Order>' is not assignable to parameter of type 'KStream<string, Order>'/,
  ],
  [
    'a join of streams without windows',
    'orders.join(byKey, (order) => order);',
    /a join of two streams needs JoinWindows behind the joiner: JoinWindows\.of\({ timeDifference }\)/,
  ],
  [
    'a join of streams over tumbling windows',
    'orders.join(byKey, (order) => order, ten);',
    /'TimeWindows' is not assignable to parameter of type 'JoinWindows'/,
  ],
  [
    'a join of streams over plain options',
    "orders.leftJoin(byKey, (order) => order, { timeDifference: '5s' });",
    /'timeDifference' does not exist in type 'JoinWindows'/,
  ],
  [
    'an outer join of streams whose joiner counts on both',
    'orders.outerJoin(byKey, (order, other: Order) => other, near);',
    /'null' is not assignable to type 'Order'/,
  ],
  [
    'an outer join with a table',
    'orders.outerJoin(users, (order) => order, near);',
    /'KTable<.*is not assignable to parameter of type 'KStream</,
  ],
  ['join windows without a length', 'JoinWindows.of({ grace: 5 });', /Property 'timeDifference' is missing/],
  [
    'a left join of streams without windows',
    'orders.leftJoin(byKey, (order, other) => other);',
    /a join of two streams needs JoinWindows/,
  ],
  // aggregations
  [
    'a session aggregate without a merger',
    'sessions.aggregate(() => 0, (n) => n + 1);',
    /sessions need a merger: aggregate\(initializer, aggregator, merger\)/,
  ],
  [
    'a session aggregate with options in place of the merger',
    "sessions.aggregate(() => 0, (n) => n + 1, { store: 'n' });",
    /sessions need a merger: aggregate\(initializer, aggregator, merger\)/,
  ],
  // topologies
  [
    'a builder in place of a topology',
    "new KafkaStreams(builder, { applicationId: 'a', kafka: { brokers: ['a:1'] } });",
    /call build\(\) and pass what it returns/,
  ],
  [
    'a builder in place of a topology under test',
    'new TopologyTestDriver(builder);',
    /call build\(\) and pass what it returns/,
  ],
  [
    'a reducer that gives another type',
    'groups.reduce((sum) => sum.amount);',
    /^Type 'number' is not assignable to type 'Order'/,
  ],
  [
    'an aggregator that gives another type than it began with',
    'groups.aggregate(() => 0, (_, order) => order.user);',
    /Type 'string' is not assignable to type 'number'/,
  ],
  [
    'a subtractor that gives another type',
    'users.groupBy((user, key) => [key, user]).aggregate(() => 0, (n) => n, (n) => String(n));',
    /subtractor: .*\n.*Type 'string' is not assignable to type 'number'/,
  ],
  [
    'a reducer of a table without its reverse',
    'users.groupBy((user, key) => [key, user]).reduce((a) => a);',
    /^Expected 2-3 arguments, but got 1/,
  ],
  [
    'a cogroup with other keys',
    'groups.cogroup(() => 0).cogroup(byNumber.groupByKey(), () => 0);',
    /'KGroupedStream<number, Order>' is not assignable to parameter of type 'KGroupedStream<string, Order>'/,
  ],
  [
    'a cogroup with another aggregate',
    'groups.cogroup(() => 0).cogroup(groups, () => "");',
    /Type 'string' is not assignable to type 'number'/,
  ],
  [
    'a count in the serde of another type',
    'groups.count({ value: serdes.string() });',
    /^Type 'Serde<string>' is not assignable to type 'Serde<number>'/,
  ],
  ['an unknown engine', "groups.count({ engine: 'rocksdb' });", /'\"rocksdb\"' is not assignable to type 'StoreEngine/],
  [
    'a retention without windows',
    "groups.count({ retention: '1h' });",
    /'retention' does not exist in type 'StatefulOptions</,
  ],
  // windows
  ['windows as plain options', "groups.windowedBy({ size: '10s' });", /'size' does not exist in type 'SlidingWindows'/],
  [
    'windows without a size',
    'TimeWindows.of({});',
    /Property 'size' is missing .* required in type 'TimeWindowsOptions'/,
  ],
  [
    'sliding windows with a size',
    "SlidingWindows.of({ size: '10s' });",
    /'size' does not exist in type 'SlidingWindowsOptions'/,
  ],
  [
    'a duration in words',
    "TimeWindows.of({ size: '10 seconds' });",
    /'"10 seconds"' is not assignable to type 'DurationSuchAs<"10s">'/,
  ],
  [
    'a duration with a blank',
    "TimeWindows.of({ size: '10 s' });",
    /'"10 s"' is not assignable to type 'DurationSuchAs<"10s">'/,
  ],
  [
    'an optional duration in words',
    "groups.windowedBy(ten).count({ retention: '1 hour' });",
    /'"1 hour"' is not assignable to type 'DurationSuchAs<"10s"> \| undefined'/,
  ],
  [
    'a duration that is any text',
    "const text: string = process.env['SIZE'] ?? ''; TimeWindows.of({ size: text });",
    /'string' is not assignable to type 'DurationSuchAs<"10s">'/,
  ],
  // Overloads are told one by one: the one that was meant is to come before others of which nothing fits.
  ...(['join', 'leftJoin'] as const).flatMap((method): Refusal[] => [
    [
      `a misspelt option of a ${method} of streams`,
      `orders.${method}(byKey, (order) => order, near, { stroe: 'x' });`,
      new RegExp(
        `^No overload matches .*\\n  Overload 1 .*\\n.* ${unknownOption('stroe', 'StreamJoinedOptions', 'store')}`,
      ),
    ],
    [
      `a misspelt serde of a ${method} of streams`,
      `orders.${method}(byKey, (order) => order, near, { otherValu: serdes.string() });`,
      new RegExp(`Overload 1 .*\\n.* ${unknownOption('otherValu', 'StreamJoinedOptions', 'otherValue')}`),
    ],
    [
      `a misspelt option of a ${method} with a table`,
      `orders.${method}(users, (order) => order, { grce: '5s' });`,
      new RegExp(unknownOption('grce', 'JoinedOptions', 'grace')),
    ],
    [
      `a misspelt option of a ${method} with a global table`,
      `orders.${method}(builder.globalTable<string, Order>('g'), (order) => order.user, (order) => order, { nam: 'x' });`,
      new RegExp(unknownOption('nam', 'NamedOptions', 'name')),
    ],
  ]),
  [
    'a misspelt option of an outer join',
    "orders.outerJoin(byKey, (order) => order, near, { stroe: 'x' });",
    new RegExp(`^Object literal .* ${unknownOption('stroe', 'StreamJoinedOptions', 'store')}`),
  ],
  ...(
    [
      ['JoinWindows', 'timeDiference', 'timeDifference'],
      ['JoinWindows', 'grcae', 'grace'],
      ['JoinWindows', 'befor', 'before'],
      ['TimeWindows', 'siz', 'size'],
      ['TimeWindows', 'advace', 'advance'],
      ['SessionWindows', 'gapp', 'gap'],
      ['SlidingWindows', 'timeDiference', 'timeDifference'],
    ] as const
  ).map(([windows, written, meant]): Refusal => [
    `a misspelt option of ${windows}: ${written}`,
    `${windows}.of({ ${written}: '10s' });`,
    new RegExp(`^Object literal .* ${unknownOption(written, `${windows}Options`, meant)}`),
  ]),
  [
    'the first two arguments as key and value',
    'orders.mapValues((key, value) => value.amount);',
    /'amount' does not exist on type 'string'/,
  ],
  [
    'windows over a grouped table',
    'users.groupBy((user, key) => [key, user]).windowedBy(ten);',
    /'windowedBy' does not exist on type 'KGroupedTable</,
  ],
  [
    'windows over a stream that is not grouped',
    'orders.windowedBy(ten);',
    /'windowedBy' does not exist on type 'KStream</,
  ],
  [
    'windowed keys written as plain ones',
    "windowed.toStream().to('out', { key: serdes.string() });",
    /'Serde<string>' is not assignable to type 'Serde<Windowed<string>>'/,
  ],
  // suppress
  [
    'closing windows of a table without any',
    "users.suppress({ until: 'windowCloses' });",
    /'onlyForWindowedTables' is missing .* required in type 'TableWithoutWindows'/,
  ],
  [
    'final results that come early',
    "windowed.suppress({ until: 'windowCloses', buffer: { maxRecords: 1, whenFull: 'emitEarly' } });",
    /'whenFull' are incompatible.\n.*'\"emitEarly\"' is not assignable to type '\"shutDown\"'/,
  ],
  [
    'a limited buffer that does not say what happens',
    "users.suppress({ until: { timeLimit: '5m' }, buffer: { maxRecords: 1 } });",
    /Property 'whenFull' is missing/,
  ],
  [
    'a buffer without a limit',
    "users.suppress({ until: { timeLimit: '5m' }, buffer: { whenFull: 'emitEarly' } });",
    /Property 'maxRecords' is missing/,
  ],
  [
    'both conditions at once',
    "windowed.suppress({ until: { windowCloses: true, timeLimit: '5m' } });",
    /'windowCloses' does not exist in type '\{ readonly timeLimit: DurationSuchAs<"10s">; \}'/,
  ],
  ['no condition', 'users.suppress({});', /'\{\}' is not assignable to parameter of type 'SuppressOptions<string>'/],
  [
    'a stream that is suppressed',
    "orders.suppress({ until: { timeLimit: '5m' } });",
    /'suppress' does not exist on type 'KStream</,
  ],
  // streams
  [
    'a pair that is none',
    'orders.map((order) => order.amount);',
    /'number' is not assignable to type 'readonly \[key: unknown, value: unknown\]'/,
  ],
  [
    'a predicate over what is not there',
    'orders.filter((order) => order.price > 0);',
    /'price' does not exist on type 'Order'/,
  ],
  [
    'values in the serde of another type',
    "orders.to('out', { value: serdes.string() });",
    /^Type 'Serde<string>' is not assignable to type 'Serde<Order>'/,
  ],
  [
    'an option with a wrong name',
    "orders.filter(() => true, { names: 'x' });",
    /'names' does not exist in type 'NamedOptions'. Did you mean to write 'name'\?/,
  ],
  [
    'a branch behind the last one',
    'orders.split().noDefaultBranch().branch(() => true);',
    /'branch' does not exist on type 'Branches</,
  ],
];

const TAKEN = [
  "sessions.aggregate(() => 0, (n) => n + 1, (a, b) => a + b, { store: 'n' });",
  'orders.join(builder.globalTable<string, Order>("g"), (order) => order.user, (order, other) => other.amount + order.amount);',
  "new KafkaStreams(builder.build(), { applicationId: 'a', kafka: { brokers: ['a:1'], ssl: undefined } });",
  "TimeWindows.of({ size: '1.5s', grace: '250ms' });",
  "const size: string = process.env['SIZE'] ?? '5m'; TimeWindows.of({ size: duration(size, 'SIZE') });",
  'orders.join(users, (order, user) => ({ ...order, name: user.name }));',
  'orders.outerJoin(byKey, (order, other) => order ?? other, near);',
  "windowed.suppress({ until: 'windowCloses', buffer: { maxRecords: 1 } });",
  "users.suppress({ until: { timeLimit: '5m' }, buffer: { maxBytes: 1, whenFull: 'emitEarly' } });",
  'groups.windowedBy(ten).count({ retention: 5 });',
  'orders.peek((order) => console.log(order)).peek((order) => order.amount);',
  'orders.foreach(async (order) => console.log(order));',
  'groups.aggregate<number | null>(() => null, (n, order) => (n ?? 0) + order.amount);',
  'groups.aggregate(() => new Map<string, number>(), (all, order) => all.set(order.user, order.amount));',
];

// All at once: what takes time is the package itself.
const messages = compileAll(BEGINNING, [...REFUSED.map(([, code]) => code), ...TAKEN]);

describe('the compiler refuses', () => {
  it.each(REFUSED.map(([what, , reason], index) => [what, reason, messages[index] ?? []] as const))(
    '%s',
    (_, reason, said) => {
      expect(said.join('\n')).toMatch(reason);
    },
  );
});

describe('the compiler takes', () => {
  it.each(TAKEN.map((code, index) => [code, messages[REFUSED.length + index]] as const))('%s', (_, said) => {
    expect(said).toEqual([]);
  });
});
