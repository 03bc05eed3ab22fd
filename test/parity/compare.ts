/** Compares two answers to one plan and says where they differ, in words. */
import { before, deliberateDifference } from './deliberate.js';
import { APPLICATION, described, type Answer, type Plan, type WrittenRecord } from './plan.js';

/** What the JVM says of a store that it cannot list. */
const UNLISTED = '(cannot be listed)';
/** Lines shown of a list before the rest is only counted. */
const SHOWN = 6;

/** What differs; empty when nothing does but what is deliberate. `ours` is Millrace, `theirs` the JVM. */
export function differences(plan: Plan, ours: Answer, theirs: Answer): string[] {
  if (deliberateDifference(plan, ours, theirs) !== null) {
    const end = Math.min(ours.died?.input ?? Infinity, theirs.died?.input ?? Infinity, ours.loses ?? Infinity);
    return end === Infinity ? [] : differences(plan, before(ours, end), before(theirs, end));
  }
  const end = sameEnd(ours, theirs);
  // What they did before may show a deliberate difference of its own.
  return end === null ? allDifferences(plan, ours, theirs) : differences(plan, before(ours, end), before(theirs, end));
}

/** The input that both died of. */
function sameEnd(ours: Answer, theirs: Answer): number | null {
  return ours.died !== undefined && ours.died.input === theirs.died?.input ? ours.died.input : null;
}

/** What differs, be it deliberate or not. */
export function allDifferences(plan: Plan, ours: Answer, theirs: Answer): string[] {
  if (ours.refused !== undefined || theirs.refused !== undefined) return refusals(ours, theirs);
  const end = sameEnd(ours, theirs);
  // What they saw of the deadly input is only part of it.
  if (end !== null) return allDifferences(plan, before(ours, end), before(theirs, end));
  return [
    ...lines('describe()', described(ours).split('\n'), described(theirs).split('\n')),
    ...deaths(ours, theirs),
    ...topics(ours, theirs),
    ...lines('peek and foreach', ours.seen, theirs.seen),
    ...printed(ours, theirs),
    ...stores(ours, theirs),
    ...(ours.dropped === theirs.dropped
      ? []
      : [`dropped records: ours ${String(ours.dropped)}, the JVM ${String(theirs.dropped)}`]),
  ];
}

function refusals(ours: Answer, theirs: Answer): string[] {
  if (ours.refused !== undefined && theirs.refused !== undefined) return [];
  return [`build: ours ${ours.refused ?? 'built it'}; the JVM ${theirs.refused ?? 'built it'}`];
}

function deaths(ours: Answer, theirs: Answer): string[] {
  if (ours.died?.input === theirs.died?.input) return [];
  const show = ({ died }: Answer): string =>
    died === undefined ? 'went on' : `died of input ${String(died.input)}: ${died.error}`;
  return [`ours ${show(ours)}; the JVM ${show(theirs)}`];
}

function topics(ours: Answer, theirs: Answer): string[] {
  const names = [...new Set([...ours.records, ...theirs.records].map(({ topic }) => topic))].sort();
  return names.flatMap((topic) => {
    const of = ({ records }: Answer): WrittenRecord[] => records.filter((record) => record.topic === topic);
    const jvm = isOfSubscriptions(topic) ? of(theirs).map(toTaskPartition) : of(theirs);
    if (!isChangelog(topic)) return lines(topic, of(ours).map(recordText), jvm.map(recordText));
    // Where the JVM leaves the time to its producer, the driver shows none.
    const untimed = jvm.some(({ time }) => time === null);
    const mine = untimed ? of(ours).map((record) => ({ ...record, time: null })) : of(ours);
    if (!isOfSessions(topic, ours) && !isOfOuterJoin(topic))
      return lines(topic, lastOfEachKey(mine), lastOfEachKey(jvm));
    const told = new Set(mine.filter(({ value }) => value === null).map(recordText));
    return lines(topic, lastOfWhatStays(mine, told), lastOfWhatStays(jvm, told));
  });
}

function isChangelog(topic: string): boolean {
  return topic.startsWith(`${APPLICATION}-`) && topic.endsWith('-changelog');
}

/**
 * The JVM writes a changelog record for every put, Millrace one for every key and commit: what counts is the last one of
 * a key for each record that was piped in.
 */
function lastOfEachKey(records: readonly WrittenRecord[]): string[] {
  const last = new Map<string, WrittenRecord>();
  for (const record of records) last.set(`${String(record.input).padStart(9, '0')} ${String(record.key)}`, record);
  return [...last].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, record]) => recordText(record));
}

/** What waits for a partner in an outer join. */
function isOfOuterJoin(topic: string): boolean {
  return /KSTREAM-OUTERSHARED-\d+-store-changelog$|-(?:left|outer)-shared-join-store-changelog$/.test(topic);
}

function isOfSubscriptions(topic: string): boolean {
  return /SUBSCRIPTION-(?:REGISTRATION-\d+-topic|STATE-STORE-\d+-changelog)$|-subscription-(?:registration|store)/i.test(
    topic,
  );
}

/** What a timer sends has partition -1 in the JVM, to which nothing can be answered; the task of the driver has partition 0. */
function toTaskPartition(record: WrittenRecord): WrittenRecord {
  return { ...record, value: record.value?.replace(/(?<=^#01\w*)ffffffff$/, '00000000') ?? null };
}

function isOfSessions(topic: string, { visibleFrom = {} }: Answer): boolean {
  const store = topic.slice(APPLICATION.length + 1, -'-changelog'.length);
  return visibleFrom[store]?.by === 'end';
}

/**
 * The same without what came and went with one input: Millrace does not tell the changelog of it at all. An input may be several
 * commits, each with records of a repartition topic: what was deleted in one may come and go in the next.
 * @param told deletions of which Millrace tells
 */
function lastOfWhatStays(records: readonly WrittenRecord[], told: ReadonlySet<string>): string[] {
  const there = new Set<string | null>();
  const known: WrittenRecord[] = [];
  let at = 0;
  while (at < records.length) {
    const { input } = records[at] as WrittenRecord;
    const ofInput: WrittenRecord[] = [];
    while (records[at]?.input === input) ofInput.push(records[at++] as WrittenRecord);
    const before = new Set(there);
    const deleted = new Map<string | null, number>();
    for (const [index, record] of ofInput.entries()) {
      const { key, value } = record;
      if (value === null) there.delete(key);
      else there.add(key);
      if (told.has(recordText(record))) deleted.set(key, index);
    }
    const stays = ({ key }: WrittenRecord, index: number): boolean =>
      there.has(key) || (before.has(key) && index <= (deleted.get(key) ?? index));
    known.push(...ofInput.filter(stays));
  }
  return lastOfEachKey(known);
}

function recordText({ input, key, value, time, headers }: WrittenRecord): string {
  const shown = headers.map(([name, content]) => `${name}=${String(content)}`).join(' ');
  return `input ${String(input)}: ${String(key)} -> ${String(value)} @ ${String(time)}${shown === '' ? '' : ` {${shown}}`}`;
}

function printed(ours: Answer, theirs: Answer): string[] {
  const names = [...new Set([...Object.keys(ours.printed), ...Object.keys(theirs.printed)])].sort();
  return names.flatMap((name) => lines(`printed by ${name}`, ours.printed[name] ?? [], theirs.printed[name] ?? []));
}

function stores(ours: Answer, theirs: Answer): string[] {
  const names = [...new Set([...Object.keys(ours.stores), ...Object.keys(theirs.stores)])].sort();
  return names.flatMap((name) => {
    const [mine, other] = [ours.stores[name], theirs.stores[name]];
    if (mine === undefined || other === undefined) {
      return [`store ${name}: ${mine === undefined ? 'only the JVM has it' : 'the JVM has none'}`];
    }
    if (other[0] === UNLISTED) return [];
    // The order over several keys is not promised where there are windows.
    return lines(`store ${name}`, [...mine].sort(), [...other].sort());
  });
}

/** The first lines that differ, with how many there are. */
function lines(what: string, ours: readonly string[], theirs: readonly string[]): string[] {
  const longest = Math.max(ours.length, theirs.length);
  let first = 0;
  while (first < longest && ours[first] === theirs[first]) first += 1;
  if (first === longest) return [];
  const part = (all: readonly string[]): string[] => {
    const shown = all.slice(first, first + SHOWN).map((line) => `    ${line}`);
    const rest = all.length - first - shown.length;
    return rest > 0 ? [...shown, `    (${String(rest)} more)`] : shown.length === 0 ? ['    (nothing)'] : shown;
  };
  return [
    [`${what}, from line ${String(first + 1)}:`, '  ours', ...part(ours), '  the JVM', ...part(theirs)].join('\n'),
  ];
}
