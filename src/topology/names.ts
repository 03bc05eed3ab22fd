/** Names: which are allowed, and the numbers of those that nobody chose. */
import { MillraceError } from '../errors/error.js';

const ALLOWED = /^[a-zA-Z0-9._-]+$/;
const MAX_LENGTH = 249;

/**
 * Checks a name that becomes (a part of) the name of an operator, a store or an internal topic.
 * @param what names the thing in the error, `the name of a store` for instance
 * @throws MillraceError NAME_INVALID
 */
export function checkName(name: string, what: string): string {
  let problem: string | null = null;
  if (typeof name !== 'string') problem = 'must be a text';
  else if (name === '') problem = 'must not be empty';
  else if (name === '.' || name === '..') problem = `must not be "${name}"`;
  else if (name.length > MAX_LENGTH)
    problem = `must have at most ${String(MAX_LENGTH)} characters, not ${String(name.length)}`;
  else if (!ALLOWED.test(name)) problem = `must consist of letters, digits, ".", "_" and "-"; "${name}" does not`;
  if (problem !== null) throw new MillraceError('NAME_INVALID', `${what} ${problem}`);
  return name;
}

/**
 * Gives out the names of operators and stores that nobody named: a prefix and a number that counts up over the whole
 * topology. A number is used up even where a name is given, so that naming one operator does not rename the others.
 */
export class NameCounter {
  private next = 0;
  private readonly generated = new Set<string>();

  /** `KSTREAM-FILTER-` -> `KSTREAM-FILTER-0000000003` */
  operator(prefix: string): string {
    return this.remember(prefix + this.number());
  }

  /** `KSTREAM-AGGREGATE-` -> `KSTREAM-AGGREGATE-STATE-STORE-0000000003` */
  store(prefix: string): string {
    return this.remember(`${prefix}STATE-STORE-${this.number()}`);
  }

  /** The given name, or a generated one; uses up a number either way. */
  operatorOr(name: string | undefined, prefix: string): string {
    const generated = this.operator(prefix);
    return name ?? generated;
  }

  /** Whether a name is, or begins with, one that was given out here. */
  isGenerated(name: string): boolean {
    if (this.generated.has(name)) return true;
    for (let end = name.lastIndexOf('-'); end > 0; end = name.lastIndexOf('-', end - 1)) {
      if (this.generated.has(name.slice(0, end))) return true;
    }
    return false;
  }

  private remember(name: string): string {
    this.generated.add(name);
    return name;
  }

  private number(): string {
    const text = String(this.next).padStart(10, '0');
    this.next += 1;
    return text;
  }
}
