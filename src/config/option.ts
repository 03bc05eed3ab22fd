/** What the table of options is made of: how one option is checked, and what the application reads of it. */
import { z } from 'zod';
import { problemOfDuration, toMilliseconds, type Duration } from '../time/duration.js';
import type { KafkaStreamsOptions } from './options.js';

/** One option: `Given` is what a user may write, `Read` what the application works with. */
export interface Option<Given, Read> {
  /** Takes undefined too, unless the option is required. */
  readonly check: z.ZodType<Given | undefined>;
  /** What an option that is left out is read as; undefined where that depends on others. */
  readonly standard: Read | undefined;
  /** @param all the options it stands among, for a default that depends on others */
  readonly read: (given: Given | undefined, all: KafkaStreamsOptions, name: string) => Read;
}

/** A length of time: an option `wait` is read as `waitMs`. */
export interface DurationOption extends Option<Duration, number> {
  readonly unit: 'ms';
}

/** A row of options for each of those a user may write, no more and no fewer. */
export type OptionTable<Given> = {
  readonly [Name in keyof Given]-?: Option<Exclude<Given[Name], undefined>, unknown>;
};

/** What the application reads of the options of a table. */
export type ReadOf<Table> = {
  readonly [
    Name in keyof Table & string as Table[Name] extends DurationOption ? `${Name}Ms` : Name
  ]: Table[Name] extends { readonly read: (...args: never[]) => infer Read } ? Read : never;
};

/** Read as it is given; `standard` where it is left out. */
export function plain<Given, const Standard>(
  check: z.ZodType<Given>,
  standard: Standard,
): Option<Given, Given | Standard> {
  return { check: check.optional(), standard, read: (given) => given ?? standard };
}

export function required<Given>(check: z.ZodType<Given>): Option<Given, Given> {
  return { check, standard: undefined, read: (given) => given as Given };
}

/** Read as something else than what is given; what `read` makes of undefined is the default. */
export function readAs<Given, Read>(
  check: z.ZodType<Given>,
  read: (given: Given | undefined) => Read,
): Option<Given, Read> {
  return { check: check.optional(), standard: read(undefined), read };
}

export function wholeNumber(least: number, standard: number): Option<number, number> {
  const tooSmall = least === 0 ? 'must not be negative' : `must be at least ${String(least)}`;
  return plain(z.int({ error: 'must be a whole number' }).min(least, { error: tooSmall }), standard);
}

/**
 * @param standard length of time where none is given, or milliseconds that depend on other options
 * @param limits `least` of milliseconds; `also`: a number that is no length of time and has a meaning of its own
 */
export function durationOption(
  standard: Duration | ((all: KafkaStreamsOptions) => number),
  limits: { readonly least?: number; readonly also?: number } = {},
): DurationOption {
  const fixed = typeof standard === 'function' ? undefined : toMilliseconds(standard, 'the default');
  return {
    unit: 'ms',
    check: durationCheck(limits.least, limits.also),
    standard: fixed,
    read: (given, all, name) => {
      if (given === undefined) return typeof standard === 'function' ? standard(all) : (fixed as number);
      return given === limits.also ? given : toMilliseconds(given, name);
    },
  };
}

export function durationCheck(least = 0, also?: number): z.ZodOptional<z.ZodCustom<Duration, Duration>> {
  return z
    .custom<Duration>((it) => it === also || durationProblem(it, least) === null, {
      error: ({ input }) => durationProblem(input, least) ?? '',
    })
    .optional();
}

function durationProblem(it: unknown, least: number): string | null {
  const problem = problemOfDuration(it);
  if (problem !== null || toMilliseconds(it as Duration, '') >= least) return problem;
  return `must be at least ${String(least)} ms`;
}

/** Rows of a table, whatever they are about. */
type AnyTable = Readonly<Record<string, { readonly check: z.ZodType }>>;

/** What a user may write of options that stand together. */
type GivenOf<Table> = {
  readonly [Name in keyof Table]?: (Table[Name] extends Option<infer Given, unknown> ? Given : never) | undefined;
};

/** Options that stand together under one name. */
export function group<Table extends AnyTable>(table: Table): Option<GivenOf<Table>, ReadOf<Table>> {
  return {
    check: objectCheck(
      table,
      `must be an object of ${Object.keys(table).join(', ')}`,
    ).optional() as unknown as z.ZodType<GivenOf<Table> | undefined>,
    standard: undefined,
    read: (given, all, name) => readTable(table, given ?? {}, all, `${name}.`),
  };
}

/** Refuses what the table does not have. */
export function objectCheck(table: AnyTable, mustBe?: string): z.ZodObject {
  return z.strictObject(Object.fromEntries(Object.entries(table).map(([name, { check }]) => [name, check])), {
    error: ({ code }) => (code === 'invalid_type' ? mustBe : undefined),
  });
}

/** What the application reads of the options of a table; durations under a name that ends in Ms. */
export function readTable<Table extends object>(
  table: Table,
  given: object,
  all: KafkaStreamsOptions,
  prefix = '',
): ReadOf<Table> {
  const values = given as Readonly<Record<string, unknown>>;
  const read: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(table) as [string, Option<unknown, unknown> | DurationOption][]) {
    read['unit' in option ? `${name}Ms` : name] = option.read(values[name] as never, all, prefix + name);
  }
  return read as ReadOf<Table>;
}
