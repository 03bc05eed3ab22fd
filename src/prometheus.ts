/** The door of Prometheus, so that only who uses it needs prom-client. */
export { collectMetrics } from './observe/prometheus/collect-metrics.js';
export type { MetricsSource } from './observe/measurements.js';
