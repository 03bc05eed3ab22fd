/** Beside the commands: dead letters by what went wrong and where. */
import { counted, shownText, textTable, timeText } from '../text-table.js';
import { letterPlace, type Letter } from './letter.js';

export interface LetterGroup {
  readonly reason: string;
  readonly node: string | null;
  /** Where the records were read. */
  readonly topic: string | null;
  count: number;
  /** Ms since the epoch. */
  earliest: number;
  latest: number;
  /** Of the last one, as an example. */
  message: string;
  /** Where the last one is, for `dlq show`. */
  last: string;
}

/** Counts letters, the largest group first. */
export class LetterGroups {
  private readonly groups = new Map<string, LetterGroup>();

  add(letter: Letter): void {
    const { reason, node, topic, timestamp, message } = letter;
    const key = JSON.stringify([reason, node, topic]);
    let group = this.groups.get(key);
    if (group === undefined) {
      group = { reason, node, topic, count: 0, earliest: timestamp, latest: timestamp, message, last: '' };
      this.groups.set(key, group);
    }
    group.count += 1;
    group.earliest = Math.min(group.earliest, timestamp);
    if (timestamp >= group.latest || group.last === '') {
      group.latest = timestamp;
      group.message = message;
      group.last = letterPlace(letter);
    }
  }

  all(): readonly LetterGroup[] {
    return [...this.groups.values()].sort((a, b) => b.count - a.count || (a.last < b.last ? -1 : 1));
  }
}

const MESSAGE_WIDTH = 70;

/** @param unread letters that are older than those looked at */
export function groupsText(topic: string, groups: readonly LetterGroup[], unread: number): string {
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return `${topic} has no dead letters.\n`;
  const rows = groups.map(({ count, reason, node, topic: source, latest, last, message }) => [
    count,
    shownText(reason, 40),
    shownText(node ?? '-', 40),
    source ?? '-',
    timeText(latest),
    last,
    shownText(message, MESSAGE_WIDTH),
  ]);
  const headings = ['COUNT', 'REASON', 'NODE', 'TOPIC', 'LAST', 'AT', 'MESSAGE'];
  const rest = unread > 0 ? `, and ${counted(unread)} older ones were not looked at (--limit)` : '';
  return `${textTable(headings, rows, headings.slice(1))}${counted(total)} dead letters${rest}\n`;
}
