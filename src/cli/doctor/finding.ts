/** Beside the commands: what a check has found, and all findings as text. */
import { reasonOf } from '../../errors/shown-value.js';
import { shownText } from '../text-table.js';

/** `wrong`: the application cannot work, or will lose something; `look`: it works, and somebody should look at it; `skipped`: not asked. */
export type Status = 'ok' | 'look' | 'wrong' | 'skipped';

export interface Finding {
  /** What was checked, in a word or two. */
  readonly check: string;
  readonly status: Status;
  readonly found: string;
  /** What to do; null where nothing is to be done. */
  readonly fix: string | null;
}

export function ok(check: string, found: string): Finding {
  return { check, status: 'ok', found, fix: null };
}

export function look(check: string, found: string, fix: string): Finding {
  return { check, status: 'look', found, fix };
}

export function wrong(check: string, found: string, fix: string): Finding {
  return { check, status: 'wrong', found, fix };
}

export function skipped(check: string, found: string): Finding {
  return { check, status: 'skipped', found, fix: null };
}

/** A check that fails itself is a finding, too: the others go on. */
export async function checked(
  check: string,
  fix: string,
  run: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await run();
  } catch (error) {
    return [wrong(check, reasonOf(error), fix)];
  }
}

const WORDS: Readonly<Record<Status, string>> = { ok: 'ok', look: 'look', wrong: 'WRONG', skipped: '-' };

export function findingsText(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, status, found, fix }) => [
    `${WORDS[status].padEnd(5)}  ${check.padEnd(width)}  ${shownText(found)}\n`,
    ...(fix === null ? [] : [`${' '.repeat(width + 9)}-> ${shownText(fix)}\n`]),
  ]);
  const count = (status: Status): number => findings.filter((one) => one.status === status).length;
  return `${lines.join('')}\n${String(count('wrong'))} wrong, ${String(count('look'))} to look at, ${String(count('ok'))} ok\n`;
}
