/** `docs/metrics.md`, from the table of metrics. */
import { CATALOG, unitOf, type CatalogEntry } from '../../src/observe/catalog.js';

export function metricsPage(): string {
  return `# Metrics

\`streams.metrics()\` gives everything that an instance counts and measures as plain data, times in milliseconds:

\`\`\`ts
import type { MetricsSnapshot } from 'millrace';

const { lag, latency, stalls }: MetricsSnapshot = streams.metrics();
const slowest = latency.sinks.map(({ node, endToEnd }) => \`\${node}: \${endToEnd.max} ms at most\`);
console.log({ lag, slowest, stalled: stalls.now });
\`\`\`

For Prometheus, \`collectMetrics\` adds them to a registry of [prom-client](https://github.com/siimon/prom-client) (\`npm install
prom-client\`), beside those that the service has already. Numbers are read when the registry is; nothing runs in between.

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

[OpenTelemetry](tracing.md#metrics) is given the same, under the same names, with labels as attributes.

All have the label \`application\`, the \`applicationId\`. What is not known has no sample, rather than 0: the lag while a broker is away.

| Name | Type | Unit | Labels | Meaning | Kafka Streams |
| --- | --- | --- | --- | --- | --- |
${CATALOG.map(row).join('\n')}

## Metrics of a processor

A processor counts with meters of prom-client that its function closes over, in the registry that has the application's metrics
too. The context has what labels them:

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

A record's age counts from its timestamp. It is measured where a task takes records from a topic and where it gives results to the
producer, and of each turn of a task (256 records, or 10 ms) the oldest counts, so a record that is late does not hide behind
others that are not. Results that the record cache held back until a commit are as old as they are when they leave it: with
\`commitInterval\` 30 s (the default at-least-once) they are up to 30 s old, unless \`stateStoreCacheMaxBytes\` is 0. Results of windows carry the
time of their last record. \`measureLatency: false\` leaves all of this out.

## What to be woken for

As rules for Prometheus, beside a dashboard for Grafana: [monitoring](../examples/05-monitoring/README.md).

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
