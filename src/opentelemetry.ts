/** The door of OpenTelemetry, so that only who uses it needs its API. */
export { openTelemetry, type OpenTelemetryOptions } from './observe/opentelemetry/open-telemetry.js';
export type { Telemetry } from './observe/telemetry.js';
