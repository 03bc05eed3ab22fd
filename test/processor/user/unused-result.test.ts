/** What `process` returns in place of forwarding it: nobody would take it. */
import { afterEach, describe, expect, it } from 'vitest';
import { serdes, StreamsBuilder, type KStream, type ProcessorContext, type Record } from '../../../src/index.js';
import { TopologyTestDriver } from '../../../src/testing.js';

const texts = { key: serdes.string(), value: serdes.string() };
type Texts = Record<string, string>;
/** Of plain JavaScript, whatever it returns. */
type Process = (record: Texts, context: ProcessorContext<string, string>) => unknown;

const drivers: TopologyTestDriver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.close({ abandon: true });
});

function processing(process: Process, behind = (stream: KStream<string, string>): void => stream.to('out', texts)) {
  const warnings: string[] = [];
  const warn = (message: string): void => void warnings.push(message);
  const quiet = (): void => undefined;
  const builder = new StreamsBuilder();
  behind(
    builder.stream('in', texts).process(() => {
      let context: ProcessorContext<string, string>;
      return {
        init: (given) => {
          context = given;
        },
        process: (record) => process(record, context) as undefined,
      };
    }),
  );
  const driver = new TopologyTestDriver(builder.build(), { logger: { debug: quiet, info: quiet, warn, error: warn } });
  drivers.push(driver);
  const input = driver.inputTopic('in', texts);
  return {
    driver,
    warnings,
    pipe: () => {
      input.pipe('k', 'v');
      input.pipe('k', 'w');
    },
  };
}

describe('a record that is returned in place of being forwarded', () => {
  const told = 'which nobody takes: what is to go on is given to forward() of the context that init() gets';

  it.each<[string, Process]>([
    ['a record', (record) => record.withValue('x')],
    ['records', (record) => [record, record]],
  ])('is an error: %s', (what, process) => {
    const { pipe } = processing(process);
    expect(pipe).toThrow(`process() returned ${what}, ${told} (at in-0-0, in node KSTREAM-PROCESSOR-0000000001`);
  });

  it('is one when it is promised', async () => {
    const { driver, pipe } = processing((record) => Promise.resolve(record));
    pipe();
    await expect(driver.settle()).rejects.toMatchObject({
      code: 'PROCESSING_FAILED',
      message: expect.stringContaining(`process() returned a record, ${told}`) as string,
      offset: 0,
    });
  });

  it('is one of processValues(), too', () => {
    const builder = new StreamsBuilder();
    builder
      .stream('in', texts)
      .processValues(() => ({ process: (record) => record as never }))
      .to('out', texts);
    const driver = new TopologyTestDriver(builder.build());
    drivers.push(driver);
    expect(() => {
      driver.inputTopic('in', texts).pipe('k', 'v');
    }).toThrow(`process() returned a record, ${told}`);
  });
});

describe('anything else that is returned, and nothing forwarded', () => {
  it.each<[string, Process, string]>([
    ['a value', (record) => `${record.value}!`, 'a text of 2 characters'],
    ['a pair', ({ key, value }) => [key, value], 'a list of 2'],
    ['what a promise gives', ({ value }) => Promise.resolve({ value }), 'an object'],
  ])('is warned of once: %s', async (_, process, shown) => {
    const { driver, pipe, warnings } = processing(process);
    pipe();
    await driver.settle();
    expect(warnings).toEqual([
      `process() of KSTREAM-PROCESSOR-0000000001 returned ${shown} and forwarded nothing: what it returns nobody takes; what is to go on is given to forward() of the context that init() gets, or return nothing. This is said once`,
    ]);
  });
});

describe('no mistake is', () => {
  it.each<[string, Process]>([
    ['what forward() gives', (record, context) => context.forward(record)],
    [
      'a record that was forwarded',
      (record, context) => {
        context.forward(record);
        return record;
      },
    ],
    [
      'what a condition in front of forward() leaves',
      (record, context) => record.value === 'w' && context.forward(record),
    ],
    ['a promise of nothing', () => Promise.resolve()],
  ])('%s', async (_, process) => {
    const { driver, pipe, warnings } = processing(process);
    pipe();
    await driver.settle();
    expect(warnings).toEqual([]);
  });

  it('what a processor returns behind which nothing comes', () => {
    const seen: Texts[] = [];
    const { pipe, warnings } = processing(
      (record) => seen.push(record),
      () => undefined,
    );
    pipe();
    expect(seen).toHaveLength(2);
    expect(warnings).toEqual([]);
  });
});
