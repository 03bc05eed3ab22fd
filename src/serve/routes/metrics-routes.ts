/** `/metrics`, in the text of Prometheus, and `/metrics.json`, everything that `streams.metrics()` says. */
import type { Hono } from 'hono';
import type { Registry } from 'prom-client';
import { reasonOf } from '../../errors/shown-value.js';
import type { ServedApplication } from '../served.js';

/** @returns null when prom-client is not installed */
async function openRegistry(streams: ServedApplication): Promise<Registry | string> {
  try {
    const { openMetrics } = await import('../../observe/prometheus/collect-metrics.js');
    return openMetrics(streams);
  } catch (error) {
    return `metrics for Prometheus need the package prom-client (npm install prom-client): ${reasonOf(error)}`;
  }
}

export async function metricsRoutes(app: Hono, streams: ServedApplication): Promise<void> {
  const registry = await openRegistry(streams);
  app.get('/metrics', async (context) => {
    if (typeof registry === 'string') return context.json({ error: registry }, 501);
    return context.body(await registry.metrics(), 200, { 'content-type': registry.contentType });
  });
  app.get('/metrics.json', (context) => context.json(streams.metrics()));
}
