import { TopologyTestDriver } from 'millrace/testing';
import { alarms, alarmTopology, readings } from './alarms';

test('the third hot reading of a minute is an alarm', async () => {
  const driver = new TopologyTestDriver(alarmTopology());
  const input = driver.inputTopic('readings', { ...readings, start: 0, autoAdvance: '1s' });
  input.pipeKeyValues([
    ['press', { celsius: 95 }],
    ['press', { celsius: 20 }],
    ['oven', { celsius: 200 }],
    ['press', { celsius: 96 }],
    ['press', { celsius: 97 }],
  ]);
  expect(driver.outputTopic('alarms', alarms).readKeyValues()).toEqual([['press', 3]]);
  await driver.close();
});
