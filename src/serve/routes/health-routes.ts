/** `/health/live` and `/health/ready`: what an orchestrator asks. */
import type { Hono } from 'hono';
import { isTrusted } from '../access.js';
import { health } from '../health.js';
import type { ServedApplication } from '../served.js';

/** Why it is not well is told to those who know the token; others read `up` or `down`. */
export function healthRoutes(app: Hono, streams: ServedApplication, token: string | null): void {
  for (const asks of ['live', 'ready'] as const) {
    app.get(`/health/${asks}`, (context) => {
      const { state, reasons, ...well } = health(streams);
      const status = well[asks] ? 'up' : 'down';
      return context.json(isTrusted(context, token) ? { status, state, reasons } : { status }, well[asks] ? 200 : 503);
    });
  }
}
