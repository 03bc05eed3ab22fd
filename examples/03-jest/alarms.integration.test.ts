import 'millrace/jest';
import { startTestKit } from 'millrace/testing';
import { alarms, alarmTopology, readings } from './alarms';

test('an alarm on Kafka', async () => {
  await using kit = await startTestKit();
  const input = await kit.topic('readings', readings);
  const output = await kit.topic('alarms', alarms);
  await kit.run(alarmTopology());
  await input.pipeKeyValues(
    [95, 96, 97].map((celsius) => ['press', { celsius }]),
    { start: 0, advance: '1s' },
  );
  await expect(output).toYieldTable({ press: 3 });
}, 120_000);
