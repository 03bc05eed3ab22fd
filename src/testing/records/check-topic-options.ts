/** Checks what a test gives for a topic, so that a missing serde is an error here and not at the first record. */
import { MillraceError } from '../../errors/error.js';
import { shownValue } from '../../errors/shown-value.js';
import { refuseUnknownOptions } from '../../errors/unknown-option.js';
import { isSerde } from '../../serde/is-serde.js';

/**
 * @param call names in errors what takes the options: `outputTopic(orders)`
 * @param given what came from outside: in JavaScript, anything
 * @param also which options there are beside `key` and `value`
 * @throws MillraceError CONFIG_INVALID without the serdes of keys and values, and for an option that nobody knows
 */
export function checkTopicOptions(call: string, given: object | undefined, also: readonly string[]): void {
  const options = given ?? {};
  refuseUnknownOptions(call, options, ['key', 'value', ...also]);
  const serdes = options as { readonly key?: unknown; readonly value?: unknown };
  for (const option of ['key', 'value'] as const) {
    const serde = serdes[option];
    if (isSerde(serde)) continue;
    const instead = serde === undefined ? 'it is not given' : `it is ${shownValue(serde)}`;
    throw new MillraceError(
      'CONFIG_INVALID',
      `option ${option} of ${call} must be the serde of its ${option}s, such as serdes.string(), but ${instead}`,
      { option },
    );
  }
}
