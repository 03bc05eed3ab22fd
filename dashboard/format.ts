/** Numbers as the page writes them: short, and of the same width while they change. */

/** What is not known. */
export const UNKNOWN = '–';

/** `0`, `942`, `12.3 k`, `4.56 M`: four digits at most. */
export function count(value: number | null): string {
  if (value === null) return UNKNOWN;
  return scaled(value, 1_000, ['', ' k', ' M', ' G', ' T']);
}

/** `0/s`, `0.4/s`, `1.2 k/s`. */
export function rate(perSecond: number | null): string {
  if (perSecond === null) return UNKNOWN;
  if (perSecond > 0 && perSecond < 10) return `${perSecond < 0.1 ? '< 0.1' : perSecond.toFixed(1)}/s`;
  return `${count(perSecond)}/s`;
}

export function bytes(value: number | null): string {
  if (value === null) return UNKNOWN;
  return scaled(value, 1_024, [' B', ' KiB', ' MiB', ' GiB', ' TiB']);
}

/** A length of time: `3 ms`, `1.5 s`, `4.2 min`, `3.1 h`, `5.0 d`. */
export function duration(milliseconds: number | null): string {
  if (milliseconds === null) return UNKNOWN;
  if (milliseconds < 1_000) return `${String(Math.round(milliseconds))} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  if (milliseconds < 3_600_000) return `${(milliseconds / 60_000).toFixed(1)} min`;
  if (milliseconds < 86_400_000) return `${(milliseconds / 3_600_000).toFixed(1)} h`;
  return `${(milliseconds / 86_400_000).toFixed(1)} d`;
}

/** A share, `0 %` to `100 %`. */
export function percent(share: number): string {
  return `${String(Math.round(share * 100))} %`;
}

/** `14:03:59`, as the clock on the wall of who looks. */
export function timeOfDay(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

/** Generated names by what they are: `KSTREAM-AGGREGATE-0000000003` is `aggregate 3`; names that somebody gave stay. */
export function shortName(name: string): string {
  const [, what, number] = /^K(?:STREAM|TABLE)-(.+)-0*(\d+)$/.exec(name) ?? [];
  return what === undefined || number === undefined ? name : `${what.toLowerCase()} ${number}`;
}

function scaled(value: number, step: number, units: readonly string[]): string {
  let left = value;
  let unit = 0;
  while (Math.abs(left) >= step && unit < units.length - 1) {
    left /= step;
    unit += 1;
  }
  return `${digits(left, unit === 0)}${units[unit] ?? ''}`;
}

function digits(value: number, whole: boolean): string {
  if (whole) return String(Math.round(value));
  const size = Math.abs(value);
  return value.toFixed(size < 10 ? 2 : size < 100 ? 1 : 0);
}
