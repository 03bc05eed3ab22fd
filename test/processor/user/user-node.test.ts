/** Promises of processors: what waits for them, and what does not. */
import { describe, expect, it } from 'vitest';
import type { KStream } from '../../../src/dsl/stream.js';
import type { ProcessorContext } from '../../../src/processor/api/processor-context.js';
import type { Processor } from '../../../src/processor/api/processor.js';
import type { Record } from '../../../src/processor/api/record.js';
import { STRINGS, timeline, type Timeline } from '../timeline.js';

type Process = (record: Record<string, string>, context: ProcessorContext<string, string>) => void | Promise<void>;

function processing(process: Process): () => Processor<string, string, string, string> {
  return () => {
    let given: ProcessorContext<string, string>;
    return {
      init: (context) => {
        given = context;
      },
      process: (record) => process(record, given),
    };
  };
}

/** Promises that the test settles, by the value of the record. */
class Gate {
  private readonly open = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();

  wait(value: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.open.set(value, { resolve, reject });
    });
  }

  get waiting(): string[] {
    return [...this.open.keys()];
  }

  pass(value: string): void {
    this.open.get(value)?.resolve();
    this.open.delete(value);
  }

  fail(value: string): void {
    this.open.get(value)?.reject(new Error(`no luck with ${value}`));
    this.open.delete(value);
  }
}

/** Lets everything happen that can happen. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

function waitingAt(
  gate: Gate,
  options: Parameters<typeof timeline>[1] = {},
  before: (input: KStream<string, string>) => KStream<string, string> = (input) => input,
): Timeline {
  return timeline(
    (input) =>
      before(input).process(
        processing(async (record, context) => {
          await gate.wait(record.value);
          context.forward(record);
        }),
      ),
    options,
  );
}

/** What has come out since the last call. */
function out({ driver }: Timeline): string {
  return driver
    .outputTopic('out', STRINGS)
    .readRecords()
    .map(({ key, value, timestamp }) => `${key ?? '-'}=${value ?? '-'}@${String(timestamp)}`)
    .join(' ');
}

describe('a processor that returns promises', () => {
  it('gets its next record when the last promise is settled', async () => {
    const gate = new Gate();
    const line = waitingAt(gate);
    expect(line.feed('a=x@1 b=y@2')).toBe('');
    expect(gate.waiting).toEqual(['x']);
    gate.pass('x');
    await turn();
    expect(out(line)).toBe('a=x@1');
    expect(gate.waiting).toEqual(['y']);
    gate.pass('y');
    await line.driver.settle();
    expect(out(line)).toBe('b=y@2');
  });

  it('keeps the order of records that come from one', async () => {
    const gate = new Gate();
    const line = waitingAt(gate, {}, (input) => input.flatMapValues((value) => [`${value}1`, `${value}2`]));
    line.feed('a=x@1 b=y@2');
    expect(gate.waiting).toEqual(['x1']);
    gate.pass('x1');
    await turn();
    // Nothing is committed before the whole record is processed.
    expect(out(line)).toBe('');
    expect(gate.waiting).toEqual(['x2']);
    gate.pass('x2');
    await turn();
    expect(out(line)).toBe('a=x1@1 a=x2@1');
    expect(gate.waiting).toEqual(['y1']);
  });

  it('goes on at once where it returns none', () => {
    const line = timeline((input) =>
      input.process(
        processing((record, context) => {
          context.forward(record);
        }),
      ),
    );
    expect(line.feed('a=x@1 b=y@2')).toBe('a=x@1 b=y@2');
  });

  it('has the context of its own record after an await, whatever others did meanwhile', async () => {
    const gate = new Gate();
    const seen: unknown[] = [];
    const line = timeline((input) => {
      const waited = input.process(
        processing(async (record, context) => {
          await gate.wait(record.value);
          seen.push(context.recordMetadata);
          context.forward(record.withValue('after'));
          seen.push(context.recordMetadata);
        }),
      );
      // A child of the same source that runs while the promise is open.
      input
        .process(
          processing((record, context) => {
            context.forward(record.withTimestamp(99).withHeaders([['other', null]]));
          }),
        )
        .foreach(() => undefined);
      return waited.peek((_value, _key, { topic, offset, timestamp, headers }) =>
        seen.push([topic, offset, timestamp, headers.length]),
      );
    });
    line.feed('a=x@1');
    gate.pass('x');
    await line.driver.settle();
    const metadata = { topic: 'in', partition: 0, offset: 0 };
    expect(seen).toEqual([metadata, ['in', 0, 1, 0], metadata]);
    expect(out(line)).toBe('a=after@1');
  });

  it('waits for two in a row', async () => {
    const [first, second] = [new Gate(), new Gate()];
    const line = timeline((input) => {
      const through = (gate: Gate): (() => Processor<string, string, string, string>) =>
        processing(async (record, context) => {
          await gate.wait(record.value);
          context.forward(record);
        });
      return input.process(through(first)).process(through(second));
    });
    line.feed('a=x@1 b=y@2');
    first.pass('x');
    await turn();
    expect(second.waiting).toEqual(['x']);
    expect(first.waiting).toEqual([]);
    second.pass('x');
    await turn();
    expect(first.waiting).toEqual(['y']);
    expect(out(line)).toBe('a=x@1');
  });

  it('is waited for when a cache is flushed', async () => {
    const gate = new Gate();
    const line = timeline((input) =>
      input
        .groupByKey()
        .count()
        .toStream()
        .mapValues(String)
        .process(
          processing(async (record, context) => {
            await gate.wait(record.value);
            context.forward(record);
          }),
        ),
    );
    line.feed('a=x@1 a=y@2');
    expect(gate.waiting).toEqual(['1']);
    gate.pass('1');
    await turn();
    expect(out(line)).toBe('a=1@1');
    gate.pass('2');
    await line.driver.settle();
    expect(out(line)).toBe('a=2@2');
  });

  it('fails as one that throws', async () => {
    const gate = new Gate();
    const line = waitingAt(gate);
    line.feed('a=x@1 b=y@2');
    gate.fail('x');
    await expect(line.driver.settle()).rejects.toThrow(/no luck with x \(at in-0-0, in node KSTREAM-PROCESSOR/);
    expect(() => line.feed('c=z@3')).toThrow(/no luck with x/);
  });

  it('goes on behind a failure if the handler says so', async () => {
    const gate = new Gate();
    const line = waitingAt(gate, { processingErrorHandler: 'continue' });
    line.feed('a=x@1 b=y@2');
    gate.fail('x');
    await turn();
    gate.pass('y');
    await line.driver.settle();
    expect(out(line)).toBe('b=y@2');
    expect(line.driver.metrics.drops).toEqual({ 'processing-error': 1 });
  });

  it('cannot forward when the task has been given up', async () => {
    const gate = new Gate();
    const failures: string[] = [];
    const line = timeline((input) =>
      input.process(
        processing(async (record, context) => {
          await gate.wait(record.value);
          try {
            context.forward(record);
          } catch (error) {
            failures.push(String(error));
          }
        }),
      ),
    );
    line.feed('a=x@1');
    await line.driver.close({ abandon: true });
    gate.pass('x');
    await turn();
    expect(failures.join()).toMatch(/after the task was given up/);
  });
});
