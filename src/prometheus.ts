/** The door of Prometheus, so that only who uses it needs prom-client. */
export { collectMetrics, type MetricsSource } from './observe/prometheus/collect-metrics.js';
