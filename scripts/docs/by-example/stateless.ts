/** Operators that look at one record at a time. */
import { serdes, stores, type ProcessorContext } from '../../../src/index.js';
import { amounts, key, text, type Example, type Given } from './example.js';

const ORDERS: readonly Given[] = [
  ['orders', 'ann', 5, 1],
  ['orders', 'bob', 40, 2],
  ['orders', 'ann', -1, 3],
];

export const stateless: readonly Example[] = [
  {
    operators: 'filter, filterNot',
    says: 'Lets a record pass if the function says so; `filterNot` if it does not.',
    topology: (builder) => {
      const orders = builder.stream('orders', amounts);
      orders.filter((amount) => amount > 10).to('large', amounts);
      orders.filterNot((amount) => amount > 0).to('odd', amounts);
    },
    given: ORDERS,
  },
  {
    operators: 'mapValues',
    says: 'Makes another value of each value. The key stays, and with it the partition: nothing is written to a topic in between.',
    topology: (builder) => {
      builder
        .stream('orders', amounts)
        .mapValues((amount) => `pays ${amount}`)
        .to('texts', text);
    },
    given: ORDERS,
  },
  {
    operators: 'map, selectKey',
    says: '`map` makes another key and value, as a pair; `selectKey` another key only. What comes behind and needs equal keys together gets a repartition topic.',
    topology: (builder) => {
      const orders = builder.stream('orders', amounts);
      orders.map((amount, user) => [user.toUpperCase(), amount * 2]).to('doubled', amounts);
      orders.selectKey<string>((amount) => (amount > 10 ? 'large' : 'small')).to('by-size', amounts);
    },
    given: ORDERS,
  },
  {
    operators: 'flatMapValues, flatMap',
    says: 'Any number of results for each record, none included. `flatMap` gives pairs of key and value.',
    topology: (builder) => {
      const lines = builder.stream('lines', text);
      lines.flatMapValues((line) => line.split(' ')).to('words', text);
      lines.flatMap<string, number>((line) => line.split(' ').map((word) => [word, 1])).to('ones', amounts);
    },
    given: [
      ['lines', 'a', 'grist to', 1],
      ['lines', 'b', 'mill', 2],
    ],
  },
  {
    operators: 'peek, foreach, print',
    says: 'Look at each record: `peek` passes it on unchanged, `foreach` and `print` are the end. None of them waits for a promise.',
    topology: (builder) => {
      const seen: string[] = [];
      builder
        .stream('orders', amounts)
        .peek((amount, user) => seen.push(`${user} ${amount}`))
        .to('copied', amounts);
    },
    given: ORDERS,
  },
  {
    operators: 'split',
    says: 'Each record takes the first branch whose function says so, and the default branch if none does. `noDefaultBranch()` ends the list without one: what fits nowhere is left out.',
    topology: (builder) => {
      const branches = builder
        .stream('orders', amounts)
        .split({ name: 'order-' })
        .branch((amount) => amount <= 0, { name: 'odd' })
        .branch((amount) => amount > 10, { name: 'large' })
        .defaultBranch({ name: 'small' });
      branches.get('order-odd').to('odd', amounts);
      branches.get('order-large').to('large', amounts);
      branches.get('order-small').to('small', amounts);
    },
    given: [...ORDERS, ['orders', 'cyd', 7, 4], ['orders', 'bob', 12, 5]],
    shown: ['odd', 'large', 'small'],
    picture: { name: 'split', every: 1 },
  },
  {
    operators: 'merge',
    says: 'Two streams as one, in the order in which their records are taken: by time.',
    topology: (builder) => {
      const shop = builder.stream('shop', amounts);
      const web = builder.stream('web', amounts);
      shop.merge(web).to('all', amounts);
    },
    given: [
      ['shop', 'ann', 5, 1],
      ['web', 'bob', 40, 2],
      ['shop', 'cyd', 7, 3],
    ],
  },
  {
    operators: 'repartition',
    says: 'Writes the records to a topic of the application and reads them again, so that equal keys come together. Operators that need it do it by themselves.',
    topology: (builder) => {
      builder
        .stream('orders', amounts)
        .selectKey<string>((amount) => (amount > 10 ? 'large' : 'small'))
        .repartition({ name: 'by-size', ...amounts })
        .to('sorted', amounts);
    },
    given: ORDERS,
    shown: ['by-example-by-size-repartition', 'sorted'],
  },
  {
    operators: 'mapValuesAsync, asyncProcess',
    says: 'As `mapValues` and `flatMap`, for functions that take their time: a query, a call of a service. Up to `capacity` are under way at once; results of one key stay in order.',
    topology: (builder) => {
      const rateOf = (user: string) => Promise.resolve(user === 'ann' ? 2 : 3);
      builder
        .stream('orders', amounts)
        .mapValuesAsync(async (amount, user) => amount * (await rateOf(user)), { capacity: 100, timeout: '5s' })
        .to('rated', amounts);
    },
    given: ORDERS,
  },
  {
    operators: 'process, processValues',
    says: 'An object of your own for each task, with stores and timers; `processValues` may not change the key. Here: the highest order so far of the partition of the task, when it changes.',
    topology: (builder) => {
      const highest = stores.keyValue({ name: 'highest', ...amounts });
      builder
        .stream('orders', amounts)
        .process<string, number>({
          stores: [highest],
          get: () => {
            let context: ProcessorContext<string, number>;
            return {
              init: (given) => (context = given),
              process(record) {
                const store = context.getStateStore(highest);
                if (record.value <= (store.get('all') ?? -Infinity)) return;
                store.put('all', record.value);
                context.forward(record.withKey('all'));
              },
            };
          },
        })
        .to('records', amounts);
    },
    given: ORDERS,
  },
  {
    operators: 'toTable, toStream',
    says: 'A stream is what happens; a table is what holds, one value for each key. `toTable` takes each record as the new value of its key, `toStream` gives the changes.',
    topology: (builder) => {
      builder
        .stream('orders', amounts)
        .toTable({ store: 'last-order', ...amounts })
        .mapValues((amount) => amount > 10)
        .toStream()
        .to('last-is-large', { key, value: serdes.json<boolean>() });
    },
    given: ORDERS,
  },
];
