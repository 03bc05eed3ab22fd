/** What an orchestrator asks an instance: is it well, and what has it done. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KafkaStreams } from 'millrace';

export interface HealthServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * `GET /health`: 200 while the instance takes part in the group, else 503. `GET /metrics`: its numbers as JSON.
 * An instance that restores or rebalances is well: to restart it then would only make it begin again.
 */
export async function serveHealth(streams: KafkaStreams, port: number): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
      response.end(`${JSON.stringify(body)}\n`);
    };
    const { state } = streams;
    if (request.url === '/health') answer(state === 'RUNNING' || state === 'REBALANCING' ? 200 : 503, { state });
    else if (request.url === '/metrics') answer(200, streams.metrics());
    else answer(404, { error: 'there are /health and /metrics' });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
