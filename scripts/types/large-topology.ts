/** Writes a topology of many operators as TypeScript, to see what its types cost the compiler. */

/** Operators of one stretch; its end has the type of its beginning, so that stretches can follow each other. */
const STRETCH: readonly ((from: string, to: string, number: number) => string)[] = [
  (from, to) => `const ${to} = ${from}.filter((order) => order.amount > 0);`,
  (from, to) => `const ${to} = ${from}.mapValues((order) => ({ ...order, tax: order.amount / 5 }));`,
  (from, to) => `const ${to} = ${from}.selectKey((order, key) => order.user ?? key);`,
  (from, to) => `const ${to} = ${from}.join(users, (order, user) => ({ ...order, name: user.name }));`,
  (from, to) => `const ${to} = ${from}.groupByKey({ key: serdes.string(), value: serdes.json() });`,
  (from, to) => `const ${to} = ${from}.windowedBy(TimeWindows.of({ size: '10s', grace: '5s' }));`,
  (from, to, number) =>
    `const ${to} = ${from}.aggregate(() => ({ total: 0, last: '' }), (all, order) => ({ total: all.total + order.tax, last: order.name }), { store: 'totals-${String(number)}', value: serdes.json() });`,
  (from, to) => `const ${to} = ${from}.suppress({ until: 'windowCloses', buffer: { maxRecords: 1000 } });`,
  (from, to) => `const ${to} = ${from}.toStream((_, windowed) => windowed.key);`,
  (from, to) =>
    `const ${to} = ${from}.flatMap((all, user): [string, Order][] => [[user, { user: all.last, amount: all.total }]]);`,
];

/**
 * A chain of so many operators behind one source: filters, maps, joins, windows, aggregates, suppressions, over and over.
 * What they infer is all left to the compiler.
 */
export function largeTopology(operators: number): string {
  const lines = [
    "import { serdes, StreamsBuilder, TimeWindows } from 'millrace';",
    'interface Order { readonly user: string; readonly amount: number }',
    'const builder = new StreamsBuilder();',
    "const users = builder.table('users', { key: serdes.string(), value: serdes.json<{ readonly name: string }>() });",
    "const s0 = builder.stream('orders', { key: serdes.string(), value: serdes.json<Order>() });",
  ];
  for (let number = 1; number <= operators; number += 1) {
    const write = STRETCH[(number - 1) % STRETCH.length] as (typeof STRETCH)[number];
    lines.push(write(`s${String(number - 1)}`, `s${String(number)}`, number));
  }
  lines.push(`export const last = s${String(operators)};`, 'export const topology = builder.build();');
  return `${lines.join('\n')}\n`;
}
