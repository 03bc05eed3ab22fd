/** `docs/metrics.md`, from the table of metrics. */
import { CATALOG, unitOf, type CatalogEntry } from '../../src/observe/catalog.js';

export function metricsPage(): string {
  return `# Metrics

\`streams.metrics()\` returns everything that an instance counts and measures, as plain data with times in milliseconds:

\`\`\`ts
import type { MetricsSnapshot } from 'millrace';

const { lag, latency, stalls }: MetricsSnapshot = streams.metrics();
const slowest = latency.sinks.map(({ node, endToEnd }) => \`\${node}: \${endToEnd.max} ms at most\`);
console.log({ lag, slowest, stalled: stalls.now });
\`\`\`

For Prometheus, \`collectMetrics\` adds them to a registry of [prom-client](https://github.com/siimon/prom-client) (\`npm install
prom-client\`), next to those that the service already has. Numbers are read when the registry is read; nothing runs in between.

\`\`\`ts
import { createServer } from 'node:http';
import { collectMetrics } from 'millrace/prometheus';
import { collectDefaultMetrics, Registry } from 'prom-client';

const registry = collectMetrics(streams, new Registry());
collectDefaultMetrics({ register: registry });

createServer((_request, response) => {
  registry.metrics().then(
    (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
}).listen(9464);
\`\`\`

[OpenTelemetry](tracing.md#metrics) gets the same metrics under the same names, with labels as attributes.

Each metric has the label \`application\`, which is the \`applicationId\`. A value that is unknown has no sample instead of 0, such as the lag while a
broker is away. An application that has ended is told of until another one with its id begins in the same process.

| Name | Type | Unit | Labels | Meaning | Kafka Streams |
| --- | --- | --- | --- | --- | --- |
${CATALOG.map(row).join('\n')}

## Metrics of a processor

A processor counts with metrics of prom-client that it closes over, in the registry that also has the application's metrics. The
context has their labels:

\`\`\`ts
import { type Processor, serdes, StreamsBuilder } from 'millrace';
import { Counter, Registry } from 'prom-client';

const registry = new Registry();
const refunds = new Counter({
  name: 'refunds_total',
  help: 'orders that were paid back',
  labelNames: ['application', 'task'],
  registers: [registry],
});

const builder = new StreamsBuilder();
builder
  .stream('orders', { key: serdes.string(), value: serdes.json<{ amount: number }>() })
  .process((): Processor<string, { amount: number }> => {
    let labels: { application: string; task: string };
    return {
      init({ applicationId, taskId }) {
        labels = { application: applicationId, task: taskId };
      },
      process({ value: { amount } }) {
        if (amount < 0) refunds.inc(labels);
      },
    };
  });
\`\`\`

## How old records are

A record's age counts from its timestamp. Millrace measures it where a task takes records from a topic and where it hands results to
the producer. In each turn of a task (256 records, or 10 ms) only the oldest record counts, so a late one cannot hide among others
that are on time. The age of results that the record cache holds back includes the wait for the commit: up to 30 s with the default
\`commitInterval\` at-least-once, unless \`stateStoreCacheMaxBytes\` is 0. Results of windows carry the timestamp of their last
record. \`measureLatency: false\` switches these measurements off.

## What to alert on

The same as rules for Prometheus, with a dashboard for Grafana: [monitoring](../examples/05-monitoring/README.md).

| What | How to know |
| --- | --- |
| an instance has ended by a failure | \`millrace_state{state="ERROR"} == 1\`, or no answer |
| a task stands still though there are records | \`millrace_tasks_stalled > 0\`; \`metrics().stalls.now\` and the log say what it waits for |
| results come too late | \`histogram_quantile(0.99, sum by (le, node) (rate(millrace_end_to_end_latency_seconds_bucket[5m])))\` |
| the work is more than the instances can do | \`millrace_lag_records\` grows and \`rate(millrace_processing_seconds_total[5m])\` is near 1: add instances; near 0: something else is slow |
| records are dropped | \`rate(millrace_records_dropped_total[5m]) > 0\`, \`rate(millrace_dead_letters_total[5m]) > 0\` |
| data was lost before it was read | \`increase(millrace_offsets_out_of_range_total[1h]) > 0\` |
| a broker is away | \`millrace_connected == 0\` |
| a function holds the thread | \`millrace_event_loop_delay_seconds\`; the log names functions that hold it longer than \`sessionTimeout\` |
| the group does not come to rest | \`increase(millrace_rebalances_total[15m]) > 5\` |
`;
}

function row(entry: CatalogEntry): string {
  const { name, type, labels, help, kafka } = entry;
  const shown = labels.map((label) => `\`${label}\``).join(', ');
  return `| \`${name}\` | ${type} | ${unitOf(entry)} | ${shown} | ${help} | ${kafka ?? ''} |`;
}
