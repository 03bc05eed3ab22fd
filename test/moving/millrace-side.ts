/** The application as Millrace runs it. */
import { KafkaStreams } from '../../src/app.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import type { RunningSide, RunPlan, Side } from './side.js';

export const millraceSide: Side = {
  name: 'millrace',

  async start({ application, applicationId, brokers, inputs, output, stateDir }: RunPlan): Promise<RunningSide> {
    const builder = new StreamsBuilder();
    application.write(builder, inputs, output);
    const topology = builder.build();
    const streams = new KafkaStreams(topology, {
      applicationId,
      kafka: { brokers: [...brokers] },
      stateDir,
      commitInterval: '100ms',
      ...(application.guarantee === undefined ? {} : { processingGuarantee: 'exactly_once_v2' }),
      stateStoreCacheMaxBytes: 0,
      emitInterval: 0,
      dslStoreFormat: application.storeFormat ?? 'default',
    });
    const failed = streams.closed.then(() => {
      throw streams.error ?? new Error(`${applicationId} was closed`);
    });
    // Who waits for something else as well may be done before it ends.
    failed.catch(() => undefined);
    await streams.start();
    return {
      description: String(topology),
      failed,
      close: async () => {
        await streams.close();
        return streams.metrics().restore.records;
      },
    };
  },
};
