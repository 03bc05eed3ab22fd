/** The door of the HTTP server, and of what those need who have a server already. */
export { serve, type RunningServer } from './serve/server.js';
export type { ServerOptions, TlsOptions } from './serve/options.js';
export type { ServedApplication } from './serve/served.js';
export { health, healthIndicator, type Health, type HealthIndicatorResult, type HealthSource } from './serve/health.js';
