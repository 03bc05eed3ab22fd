/** Options that nobody knows are errors, with the name that was probably meant. */
import { MillraceError } from './error.js';
import { nearestName } from './nearest-name.js';

/**
 * @param call names in errors what takes the options: `stream(orders)`
 * @throws MillraceError CONFIG_INVALID unless `options` is an object with no other keys than `allowed`
 */
export function refuseUnknownOptions(call: string, options: object, allowed: readonly string[]): void {
  if (typeof options !== 'object' || (options as unknown) === null) {
    throw new MillraceError(
      'CONFIG_INVALID',
      `the options of ${call} must be an object, not ${(options as unknown) === null ? 'null' : typeof options}`,
    );
  }
  for (const option of Object.keys(options)) {
    if (allowed.includes(option)) continue;
    const near = nearestName(option, allowed);
    const hint = near === null ? `it knows ${allowed.join(', ')}` : `did you mean ${near}?`;
    throw new MillraceError('CONFIG_INVALID', `${call} has no option ${option}; ${hint}`, { option });
  }
}
