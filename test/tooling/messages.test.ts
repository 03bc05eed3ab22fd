import { RuleTester } from 'eslint';
import { describe, it } from 'vitest';
import { messagesPlugin } from '../../scripts/lint/messages-plugin.js';

RuleTester.describe = describe;
RuleTester.it = it;

const tester = new RuleTester();
const lower = (word: string) => [{ message: `Begin in lower case: ${word}.` }];
const quotes = [{ message: 'Give names without quotes, and values by shownValue().' }];

tester.run('messages/style', messagesPlugin.rules!.style!, {
  valid: [
    "throw new MillraceError('CONFIG_INVALID', 'the option is not known; leave it out')",
    'new BrokerError(`fatal`, `broker ${name} is gone`)',
    'new LaunchError(`Kafka ${version} cannot be found`)',
    'new MillraceError(`X_Y`, `KAFKA_BROKERS is empty`)',
    'new MillraceError(`X_Y`, `TimeWindows.size must be longer`)',
    'new InvalidArgumentError("A port is a whole number")',
    "logger.warn('a task waits', { Topic: 'Orders' })",
    "new MillraceError('X_Y', `write { name: '${topic}' }, or \"for await\"`)",
    "print('Some text for people')",
  ],
  invalid: [
    { code: "new MillraceError('CONFIG_INVALID', 'The option is not known')", errors: lower('the') },
    { code: 'new BrokerError(`fatal`, `Broker ${name} is gone`)', errors: lower('broker') },
    { code: "new BrokerError('fatal', late ? 'it is late' : 'Nobody answers')", errors: lower('nobody') },
    { code: "new Error('Some ' + thing)", errors: lower('some') },
    { code: "this.logger.warn('A task waits')", errors: lower('a') },
    { code: 'options.warn(`Store ${name} is new`)', errors: lower('store') },
    { code: "brokerErrorFor(code, 'Joining group')", errors: lower('joining') },
    { code: 'logger.info(`joined group "${name}"`)', errors: quotes },
    { code: 'new MillraceError("X_Y", `topic “${name}” is gone`)', errors: quotes },
  ],
});
