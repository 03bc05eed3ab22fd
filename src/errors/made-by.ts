/** Classes that users do not make by `new`: the compiler says so, and here it is said to plain JavaScript. */
import { MillraceError } from './error.js';

/**
 * @param made what the constructor was given is what the class itself gives it
 * @param name of the class
 * @param how to come by one, as the end of a sentence
 * @throws MillraceError CONFIG_INVALID
 */
export function notByNew(made: boolean, name: string, how: string): void {
  if (!made) throw new MillraceError('CONFIG_INVALID', `${name} is not made by new: write ${how}`);
}
