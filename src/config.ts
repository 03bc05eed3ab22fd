/** Reads the options of an application: checked, defaults filled in, durations in milliseconds. */
import type { ReaderOptions } from './broker/port.js';
import { readTable, type ReadOf } from './config/option.js';
import type { KafkaStreamsOptions } from './config/options.js';
import { problemsOf } from './config/problems.js';
import { optionTable } from './config/table.js';
import { MillraceError } from './errors/error.js';
import { failureOptions, type FailureOptions, type GivenFailureOptions } from './task/failure-options.js';

/** The options that mean something only together with others. */
type Together = keyof GivenFailureOptions | 'processingGuarantee' | 'isolationLevel' | 'transactionTimeoutMs';

/** What the application reads of its options. */
export interface Config extends Omit<ReadOf<typeof optionTable>, Together>, FailureOptions {
  /** Null: at-least-once, without transactions. */
  readonly transactionTimeoutMs: number | null;
  readonly isolation: ReaderOptions['isolation'];
}

/** Checks the options and fills in defaults. @throws MillraceError CONFIG_INVALID naming every option that is wrong */
export function readConfig(options: KafkaStreamsOptions): Config {
  const problems = problemsOf(options);
  if (problems.length > 0) throw invalid(problems[0]?.split(' ', 1)[0], problems.join('; '));
  const { processingGuarantee, isolationLevel, errors: _, ...read } = readTable(optionTable, options, options);
  const exact = processingGuarantee === 'exactly_once_v2';
  if (exact) checkExact(options, read);
  else if (options.transactionTimeout !== undefined) {
    throw invalid('transactionTimeout', "transactionTimeout is only for processingGuarantee: 'exactly_once_v2'");
  }
  return {
    ...read,
    transactionTimeoutMs: exact ? read.transactionTimeoutMs : null,
    isolation: exact || isolationLevel === 'readCommitted' ? 'committed' : 'uncommitted',
    ...failureOptions(options),
  };
}

function checkExact(
  { isolationLevel }: KafkaStreamsOptions,
  { commitIntervalMs, transactionTimeoutMs }: Record<'commitIntervalMs' | 'transactionTimeoutMs', number>,
): void {
  if (isolationLevel === 'readUncommitted') {
    throw invalid(
      'isolationLevel',
      "isolationLevel cannot be readUncommitted with processingGuarantee: 'exactly_once_v2'; leave it out",
    );
  }
  if (commitIntervalMs >= transactionTimeoutMs) {
    throw invalid(
      'commitInterval',
      `commitInterval (${String(commitIntervalMs)} ms) must be below transactionTimeout (${String(transactionTimeoutMs)} ms): the broker would end every transaction before its commit`,
    );
  }
}

function invalid(option: string | undefined, problem: string): MillraceError {
  return new MillraceError('CONFIG_INVALID', `the options of KafkaStreams are not valid: ${problem}`, { option });
}
