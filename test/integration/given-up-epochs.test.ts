/** What a changelog holds of an epoch that was never committed is not counted by an instance whose disk has all that was. */
import { expect, test } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { serdes } from '../../src/serde/serdes.js';
import { applications, produce, table } from './application-fixture.js';
import { createTopic, plainClient, uniqueName } from './kafka.js';

const { start } = applications();

test('a restart on its own disk counts nothing that was given up, and says what is right to the changelog again', async () => {
  const application = uniqueName('given-up');
  const input = await createTopic('in');
  const output = await createTopic('out');
  const builder = new StreamsBuilder();
  builder
    .stream(input, { key: serdes.string(), value: serdes.string() })
    .groupByKey()
    .count({ store: 'counts' })
    .toStream()
    .to(output, { key: serdes.string(), value: serdes.long() });
  const topology = builder.build();
  const counted = (count: number): Promise<unknown> =>
    table(
      output,
      (bytes) => Number(bytes.readBigInt64BE()),
      (rows) => Number(rows.get('k')) >= count,
    ).then((rows) => rows.get('k'));

  const first = start(topology, { applicationId: application });
  await first.start();
  await produce(input, [
    ['k', 'a'],
    ['k', 'b'],
  ]);
  expect(await counted(2)).toBe(2);
  await first.close();

  // An epoch that got as far as the changelog: nine more were counted, and no offset was committed.
  const givenUp = Buffer.alloc(8);
  givenUp.writeBigInt64BE(11n);
  const producer = plainClient().producer();
  await producer.connect();
  await producer.send({ topic: `${application}-counts-changelog`, messages: [{ key: 'k', value: givenUp }] });
  await producer.disconnect();

  const second = start(topology, { applicationId: application });
  await second.start();
  await produce(input, [['k', 'c']]);
  expect(await counted(3)).toBe(3);
  await second.close();
});
