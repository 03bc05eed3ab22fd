/** What a test may tell `TopologyTestDriver`. */
import type { Logger } from '../observe/logger.js';
import type { Telemetry } from '../observe/telemetry.js';
import type { UpgradeFrom } from '../serde/older-formats.js';
import type { Serde } from '../serde/serde.js';
import type { FailureDecision } from '../record/decided.js';
import type { DeserializationHandler } from '../source/reader-topic.js';
import type { ProcessingErrorHandler } from '../task/error-handlers.js';
import type { ErrorOptions } from '../task/failure-options.js';
import type { Duration } from '../time/duration.js';
import type { StoreEngine } from '../store/spec.js';
import type { TimestampExtractor } from '../processor/api/topic-functions.js';

/** What a test may set; the meaning of each is that of `KafkaStreamsOptions`. */
export interface TestDriverOptions {
  /** Default `test`. */
  readonly applicationId?: string | undefined;
  /** Wall clock at the start, ms since the epoch. Default: now. It moves only by `advanceWallClock`. */
  readonly now?: number | undefined;
  readonly defaultKeySerde?: Serde<unknown> | undefined;
  readonly defaultValueSerde?: Serde<unknown> | undefined;
  readonly timestampExtractor?: TimestampExtractor | undefined;
  /** Dead letters, also of what ends an application, are found in `outputTopic`. What waits to be tried again is waited for by `settle`. */
  readonly errors?: ErrorOptions | undefined;
  readonly deserializationErrorHandler?: FailureDecision | DeserializationHandler | undefined;
  readonly processingErrorHandler?: FailureDecision | ProcessingErrorHandler | undefined;
  /** Default 10 MiB. Unless `commit` is `manual`, caches are flushed after each record. */
  readonly stateStoreCacheMaxBytes?: number | undefined;
  /** Default 0: what time has made final is emitted with the record that brings it about. */
  readonly emitInterval?: Duration | undefined;
  /**
   * When the state is committed. `eachRecord`, the default: after each record, so that caches hold nothing back. `manual`: by
   * `commit()`, to see what a cache makes of several updates of a key.
   */
  readonly commit?: 'eachRecord' | 'manual' | undefined;
  /** Default `level`; kept in memory all the same, as are those of engines of your own: `open` is not called. */
  readonly dslStores?: StoreEngine | undefined;
  readonly dslStoreFormat?: 'default' | 'headers' | undefined;
  readonly upgradeFrom?: UpgradeFrom | undefined;
  /**
   * Refuses, with the error of production, to walk over a store of engine `level` by `for … of`: on disk that is only possible by
   * `for await`. Default: false, all stores are in memory here and can be walked both ways.
   */
  readonly refuseSynchronousWalks?: boolean | undefined;
  /** Follows records; metrics there are none. Default: nobody does. */
  readonly telemetry?: Telemetry | undefined;
  /** Is told what an application's would be, surprises of the topology first. Default: silence. */
  readonly logger?: Logger | undefined;
}

export interface DriverCloseOptions {
  /** What asynchronous functions still work on is given up, as by an instance that is killed. Default: false, that is an error. */
  readonly abandon?: boolean | undefined;
}
