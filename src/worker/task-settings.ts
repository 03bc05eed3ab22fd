/** What the tasks of an instance take from the application's options, and what else all of them share. */
import type { Config } from '../config.js';
import type { TaskSettings } from '../task/assemble-task.js';

type FromConfig =
  | 'applicationId'
  | 'defaultKeySerde'
  | 'defaultValueSerde'
  | 'timestampExtractor'
  | 'deserializationErrorHandler'
  | 'processingErrorHandler'
  | 'retry'
  | 'keepsSourceBytes'
  | 'maxTaskIdleMs'
  | 'clock'
  | 'emitIntervalMs'
  | 'upgradeFrom'
  | 'dslStores'
  | 'dslStoreFormat'
  | 'logger'
  | 'tracing';

export function taskSettings(config: Config, parts: Omit<TaskSettings, FromConfig>): TaskSettings {
  return {
    applicationId: config.applicationId,
    defaultKeySerde: config.defaultKeySerde,
    defaultValueSerde: config.defaultValueSerde,
    timestampExtractor: config.timestampExtractor,
    deserializationErrorHandler: config.deserializationErrorHandler,
    processingErrorHandler: config.processingErrorHandler,
    retry: config.retry,
    keepsSourceBytes: config.keepsSourceBytes,
    maxTaskIdleMs: config.maxTaskIdleMs,
    clock: config.clock,
    emitIntervalMs: config.emitIntervalMs,
    upgradeFrom: config.upgradeFrom,
    dslStores: config.dslStores,
    dslStoreFormat: config.dslStoreFormat,
    logger: config.logger,
    tracing: config.telemetry?.tracing ?? null,
    ...parts,
  };
}
