import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { readArguments, type BenchArguments } from '../../bench/run/arguments.js';

/** Commander's way of failing without ending the process. */
function read(text: string): BenchArguments {
  const quiet = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  return readArguments(text.split(' '), quiet);
}

const INPUT = '--workload count --brokers localhost:9092 --input orders';

describe('the command line of the benchmark', () => {
  it('measures with the settings of the JVM side unless told otherwise', () => {
    expect(read(`${INPUT} --records 1000`)).toEqual({
      serve: false,
      workload: 'count',
      brokers: ['localhost:9092'],
      input: 'orders',
      format: 'json',
      records: 1000,
      guarantee: 'at_least_once',
      commitIntervalMs: 1000,
      lingerMs: 5,
      caching: true,
      output: undefined,
      stateDir: undefined,
      observed: [],
      startTraces: 0.000_1,
      progress: false,
    });
  });

  it('takes enough records for a run of many commits', () => {
    expect(read(INPUT)).toMatchObject({ serve: false, records: 5_000_000 });
  });

  it('commits as often as Kafka Streams does when it is exactly once', () => {
    const given = read(`${INPUT} --guarantee exactly_once_v2`);
    expect(given).toMatchObject({ guarantee: 'exactly_once_v2', commitIntervalMs: 100 });
    expect(read(`${INPUT} --guarantee exactly_once_v2 --commit-interval 2s`)).toMatchObject({ commitIntervalMs: 2000 });
  });

  it('serves without linger unless told otherwise', () => {
    const given = read(`${INPUT} --serve --application-id app --output out --caching off --commit-interval 100ms`);
    expect(given).toMatchObject({ serve: true, applicationId: 'app', output: 'out', caching: false });
    expect(given).toMatchObject({ commitIntervalMs: 100, lingerMs: 0 });
  });

  it('is observed in all ways unless some are named', () => {
    expect(read(`${INPUT} --observed`)).toMatchObject({ observed: ['server', 'metrics', 'traces'] });
    expect(read(`${INPUT} --observed traces,server`)).toMatchObject({ observed: ['traces', 'server'] });
    expect(read(`${INPUT} --observed --start-traces 0.01`)).toMatchObject({ startTraces: 0.01 });
  });

  it.each([
    ['--workload sort --brokers b:1 --input t --records 1', /'sort' is invalid/],
    [`${INPUT} --records 1.5`, /whole number from 1/],
    [`${INPUT} --records 1 --brokers nowhere`, /"nowhere" is not host:port/],
    [`${INPUT} --records 1 --commit-interval soon`, /'10s' or '5m'/],
    [`${INPUT} --records 1 --guarantee at_most_once`, /Allowed choices are at_least_once, exactly_once_v2/],
    [`${INPUT} --records 1 --format xml`, /Allowed choices are json, avro, protobuf/],
    [`${INPUT} --records 1 --caching maybe`, /Allowed choices are on, off/],
    [`${INPUT} --records 1 --application-id app`, /goes with --serve only/],
    [`${INPUT} --observed logs`, /"logs" is none of server, metrics, traces/],
    [`${INPUT} --start-traces 0.1`, /--start-traces goes with --observed traces only/],
    [`${INPUT} --observed metrics --start-traces 0.1`, /--start-traces goes with --observed traces only/],
    [`${INPUT} --observed --start-traces 2`, /a number from 0 to 1/],
    [`${INPUT} --serve --application-id app --output out --start-traces 0.1`, /--start-traces has no meaning with/],
    [`${INPUT} --serve --application-id app --output out --progress`, /--progress has no meaning with --serve/],
    [`${INPUT} --serve --application-id app --output out --observed`, /--observed has no meaning with --serve/],
    [`${INPUT} --records 1 --speed fast`, /unknown option '--speed'/],
    [`${INPUT} --serve --output out`, /--serve needs --application-id/],
    [`${INPUT} --serve --application-id app`, /--serve needs --output/],
    [`${INPUT} --serve --application-id app --output out --records 5`, /no meaning with --serve/],
  ])('refuses %s', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
