/** How far a run had got at several moments: as it prints it, and as it is read by whoever started the run. */

export interface Progress {
  /** Ms since the epoch, by a clock that all processes of the machine share. */
  readonly at: number;
  /** Processed so far. */
  readonly records: number;
  /** Used by the process so far, ms. */
  readonly cpuMs: number;
}

const LINE = /^at (\d+) processed (\d+) cpu (\d+)$/gm;

export function progressLine({ at, records, cpuMs }: Progress): string {
  return `at ${at.toFixed(0)} processed ${String(records)} cpu ${cpuMs.toFixed(0)}`;
}

/** @param output all that a run has printed */
export function readProgress(output: string): Progress[] {
  return [...output.matchAll(LINE)].map(([, at, records, cpuMs]) => ({
    at: Number(at),
    records: Number(records),
    cpuMs: Number(cpuMs),
  }));
}
