/** Completes the descriptions of a task's stores with what the application decided: default serdes, topic names. */
import { MillraceError } from '../errors/error.js';
import type { Serde } from '../serde/serde.js';
import { withDefaultSerde } from '../serde/wrapping.js';
import type { StoreSpec } from '../store/spec.js';
import type { StoreOpening } from '../store/task-state.js';
import { changelogTopicName } from '../topology/internal-topics.js';

interface OpeningSettings {
  readonly applicationId: string;
  readonly defaultKeySerde: Serde<unknown> | undefined;
  readonly defaultValueSerde: Serde<unknown> | undefined;
}

/** @throws MillraceError SERDE_MISSING */
export function storeOpening(spec: StoreSpec, settings: OpeningSettings): StoreOpening {
  const key = withDefaultSerde(spec.key, settings.defaultKeySerde);
  const value = withDefaultSerde(spec.value, settings.defaultValueSerde);
  if (key === undefined || value === undefined) {
    const part = key === undefined ? 'key' : 'value';
    throw new MillraceError(
      'SERDE_MISSING',
      `store ${spec.name} has no ${part} serde; pass one to the operator that keeps it, or set default${part === 'key' ? 'Key' : 'Value'}Serde`,
      { store: spec.name },
    );
  }
  return {
    spec,
    key,
    value,
    changelogTopic: spec.sourceTopic ?? changelogTopicName(settings.applicationId, spec.name),
  };
}
