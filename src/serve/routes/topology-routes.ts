/**
 * `/topology`: the operators and how they are connected, as data, as Kafka Streams' text, or as a Mermaid diagram. `/instances`: who
 * runs its tasks.
 */
import type { Hono } from 'hono';
import { mermaidOf } from '../../topology/mermaid.js';
import type { ServedApplication } from '../served.js';

export function topologyRoutes(app: Hono, streams: ServedApplication): void {
  const described = streams.topology.describe();
  const { subTopologies } = described;
  app.get('/instances', (context) => context.json({ instances: streams.metadata() }));
  app.get('/topology', (context) => {
    const format = context.req.query('format') ?? 'json';
    switch (format) {
      case 'json':
        return context.json({ subTopologies });
      case 'text':
        return context.text(String(described));
      case 'mermaid':
        return context.text(mermaidOf(described));
      default:
        return context.json({ error: 'format must be json, text or mermaid' }, 400);
    }
  });
}
