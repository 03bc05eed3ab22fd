/** Beside a record's way: hands spans and metrics of applications to OpenTelemetry, by its API alone. */
import { metrics, trace, type MeterProvider, type TracerProvider } from '@opentelemetry/api';
import { MillraceError } from '../../errors/error.js';
import { shownValue } from '../../errors/shown-value.js';
import type { Telemetry } from '../telemetry.js';
import { Meters } from './meters.js';
import { TaskSpans } from './task-spans.js';

const SCOPE = 'millrace';

export interface OpenTelemetryOptions {
  /** Default true. */
  readonly traces?: boolean | undefined;
  /** Default true. */
  readonly metrics?: boolean | undefined;
  /**
   * Turns of a task, each of up to 256 records, have spans: of each task at most so many a second, however much it has to do.
   * 0: none; `Infinity`: one for each turn. Default 1.
   */
  readonly batchesPerSecond?: number | undefined;
  /** Share of the records that come without a `traceparent` which begin a trace of their own, from 0 to 1. Default 0: followed is what is followed already where it comes from. */
  readonly startTraces?: number | undefined;
  /** Default: the global one. */
  readonly tracerProvider?: TracerProvider | undefined;
  /** Default: the global one, as it is when this is called. */
  readonly meterProvider?: MeterProvider | undefined;
}

/**
 * Traces and measures applications: `new KafkaStreams(topology, { telemetry: openTelemetry(), … })`. One may be given to several. It needs
 * the package `@opentelemetry/api`; where the spans and metrics go is for the SDK of the service to say, set up before.
 * @throws MillraceError CONFIG_INVALID
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): Telemetry {
  const { traces = true, metrics: measures = true, batchesPerSecond = 1, startTraces = 0 } = options;
  if (typeof startTraces !== 'number' || !(startTraces >= 0 && startTraces <= 1)) {
    throw new MillraceError(
      'CONFIG_INVALID',
      `startTraces of openTelemetry() must be a number from 0 to 1, not ${shownValue(startTraces)}`,
      { option: 'startTraces' },
    );
  }
  if (typeof batchesPerSecond !== 'number' || !(batchesPerSecond >= 0)) {
    throw new MillraceError(
      'CONFIG_INVALID',
      `batchesPerSecond of openTelemetry() must be a number from 0, not ${shownValue(batchesPerSecond)}`,
      { option: 'batchesPerSecond' },
    );
  }
  const tracer = (options.tracerProvider ?? trace).getTracer(SCOPE);
  const meters = measures ? new Meters((options.meterProvider ?? metrics).getMeter(SCOPE)) : null;
  return {
    tracing: traces
      ? { task: (application, task) => new TaskSpans({ tracer, batchesPerSecond, startTraces, application, task }) }
      : null,
    watch(streams) {
      meters?.watch(streams);
    },
    lengths: (application) => meters?.lengths(application) ?? null,
  };
}
