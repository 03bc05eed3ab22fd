/** The figures of a run, read from its last line, and what a number of runs says together. */

export interface Figures {
  readonly processedPerSecond: number;
  readonly committedPerSecond: number;
  /** From the first record processed to the commit of the last. A short run ends with a commit that decides its rate. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly residentMegabytes: number;
}

const LINE =
  /^(?:jvm|millrace) \S+ \S+ (?:threads|workers)=\d+ processed (\d+) rec\/s, committed (\d+) rec\/s, took ([\d.]+) s, cpu ([\d.]+) s, rss (\d+) MB$/;

/** @throws Error when the last line is not that of a finished run */
export function readFigures(output: string): Figures {
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  const match = LINE.exec(line);
  if (match === null) throw new Error(`the last line of the run has no figures: ${line === '' ? '(nothing)' : line}`);
  const [processed, committed, seconds, cpu, resident] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    processedPerSecond: processed,
    committedPerSecond: committed,
    seconds,
    cpuSeconds: cpu,
    residentMegabytes: resident,
  };
}

/** The same round of both sides, one right after the other. */
export interface Pair {
  readonly jvm: Figures;
  readonly millrace: Figures;
}

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1];
  const high = sorted[Math.floor(middle)];
  if (low === undefined || high === undefined) throw new Error('there is nothing to take a median of');
  return { median: (low + high) / 2, least: sorted[0] ?? low, most: sorted.at(-1) ?? high };
}

/** Ratios are taken within each pair, since the machine is the same for both of them only then. */
export interface Comparison {
  readonly jvmCommitted: Spread;
  readonly millraceCommitted: Spread;
  readonly committedRatio: Spread;
  readonly jvmSeconds: Spread;
  readonly millraceSeconds: Spread;
  readonly jvmCpu: Spread;
  readonly millraceCpu: Spread;
  readonly cpuRatio: Spread;
}

export function compare(pairs: readonly Pair[]): Comparison {
  const over = (figure: (pair: Pair) => number): Spread => spread(pairs.map(figure));
  return {
    jvmCommitted: over(({ jvm }) => jvm.committedPerSecond),
    millraceCommitted: over(({ millrace }) => millrace.committedPerSecond),
    committedRatio: over(({ jvm, millrace }) => millrace.committedPerSecond / jvm.committedPerSecond),
    jvmSeconds: over(({ jvm }) => jvm.seconds),
    millraceSeconds: over(({ millrace }) => millrace.seconds),
    jvmCpu: over(({ jvm }) => jvm.cpuSeconds),
    millraceCpu: over(({ millrace }) => millrace.cpuSeconds),
    cpuRatio: over(({ jvm, millrace }) => millrace.cpuSeconds / jvm.cpuSeconds),
  };
}
