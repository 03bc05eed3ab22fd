import { expect, it } from 'vitest';
import { brokers, createTopic, plainClient } from '../kafka.js';

it('creates topics of the asked size on the shared broker', async () => {
  const topic = await createTopic('sized', { partitions: 3, config: { 'retention.ms': '1234000' } });
  const admin = plainClient().admin();
  await admin.connect();
  try {
    const metadata = await admin.fetchTopicMetadata({ topics: [topic] });
    expect(metadata.topics[0]?.partitions).toHaveLength(3);
  } finally {
    await admin.disconnect();
  }
  expect(brokers().length).toBeGreaterThan(0);
});
