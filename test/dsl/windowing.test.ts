import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { SessionWindows } from '../../src/time/session-windows.js';
import { TimeWindows } from '../../src/time/time-windows.js';

const grouped = () => new StreamsBuilder().stream<string, string>('in').groupByKey();
const cogrouped = () => grouped().cogroup<number>((total) => total + 1);
const windows = TimeWindows.of({ size: '1m' });
const sessions = SessionWindows.of({ gap: '1m' });
const wrong = undefined as never;
const options = { retentoin: '1h' } as never;

describe('arguments of windowed aggregations', () => {
  it.each([
    ['a stream by windows', () => grouped().windowedBy(windows).aggregate(wrong, wrong, options)],
    ['a stream by sessions', () => grouped().windowedBy(sessions).aggregate(wrong, wrong, wrong, options)],
    ['a cogroup by windows', () => cogrouped().windowedBy(windows).aggregate(wrong, options)],
    ['a cogroup by sessions', () => cogrouped().windowedBy(sessions).aggregate(wrong, wrong, options)],
  ])('of %s are checked in one order: options, then functions from left to right', (_face, aggregate) => {
    expect(aggregate).toThrow(/retentoin/);
  });

  it.each([
    ['a stream by windows', () => grouped().windowedBy(windows).aggregate(wrong, wrong)],
    ['a stream by sessions', () => grouped().windowedBy(sessions).aggregate(wrong, wrong, wrong)],
    ['a cogroup by windows', () => cogrouped().windowedBy(windows).aggregate(wrong)],
    ['a cogroup by sessions', () => cogrouped().windowedBy(sessions).aggregate(wrong, wrong)],
  ])('of %s begin with the initializer', (_face, aggregate) => {
    expect(aggregate).toThrow(/the initializer of aggregate\(\) must be a function/);
  });

  it('names sessions where the windows are none', () => {
    expect(() => cogrouped().windowedBy(wrong)).toThrow(/windowedBy\(\) takes windows/);
  });
});
