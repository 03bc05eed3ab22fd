/** What a service in production adds to an application, so that its cost can be measured: a server that is asked, metrics, traces. */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor, InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import type { KafkaStreamsOptions } from '../../src/config/options.js';
import { openTelemetry } from '../../src/observe/opentelemetry/open-telemetry.js';
import type { ObservedPart } from './arguments.js';
import type { ToldToWatch, WhatWasSeen } from './watching.js';

const EXPORT_METRICS_MS = 1_000;

/** Makes them a text, as an exporter does, and counts them. Where that goes is another process. */
class DiscardedSpans extends InMemorySpanExporter {
  constructor(private readonly counted: (spans: number) => void) {
    super();
  }

  override export(...[spans, done]: Parameters<InMemorySpanExporter['export']>): void {
    for (const { name, kind, attributes, links, startTime, endTime } of spans)
      JSON.stringify({ name, kind, attributes, links, startTime, endTime });
    this.counted(spans.length);
    super.export([], done);
  }
}

class DiscardedMetrics extends InMemoryMetricExporter {
  constructor(private readonly counted: () => void) {
    super(AggregationTemporality.CUMULATIVE);
  }

  override export(...[metrics, done]: Parameters<InMemoryMetricExporter['export']>): void {
    JSON.stringify(metrics.scopeMetrics);
    this.counted();
    super.export(metrics, done);
    this.reset();
  }
}

export class Observers {
  private readonly watching: ChildProcess | null;
  private readonly end: (() => Promise<void>)[] = [];
  private spans = 0;
  private metricExports = 0;

  /** What of it the application is told. */
  readonly options: Pick<KafkaStreamsOptions, 'server' | 'telemetry'>;

  /** @param startTraces share of the records without a trace that begin one */
  constructor(
    private readonly parts: readonly ObservedPart[],
    private readonly startTraces: number,
  ) {
    const server = parts.includes('server');
    // It starts while the application does, so that it is ready once there is something to be seen.
    this.watching = server ? fork(join(import.meta.dirname, 'watching.js')) : null;
    this.options = { ...(server && { server: { port: 0 } }), ...this.telemetry() };
  }

  /** @throws Error when the server is not there */
  watch(url: string | null): void {
    if (this.watching === null) return;
    if (url === null) throw new Error('the application has no server that could be watched');
    this.watching.send({ url } satisfies ToldToWatch);
  }

  /** One line on what was seen. @throws Error when some of it was not, so that nobody takes the figures for those of an observed run */
  async seen(): Promise<string> {
    const said: string[] = [];
    const counts: number[] = [];
    if (this.watching !== null) {
      const watched = await this.answerOf(this.watching);
      said.push(shown(watched));
      counts.push(watched.scrapes, watched.events);
    }
    for (const end of this.end.splice(0)) await end();
    if (this.parts.includes('traces')) {
      said.push(`${String(this.spans)} spans`);
      counts.push(this.spans);
    }
    if (this.parts.includes('metrics')) {
      said.push(`${String(this.metricExports)} exports of metrics`);
      counts.push(this.metricExports);
    }
    if (counts.includes(0)) throw new Error(`not all was observed: ${said.join(', ')}`);
    return `observed: ${said.join(', ')}`;
  }

  /** Leaves nothing running. */
  async close(): Promise<void> {
    this.watching?.kill();
    for (const end of this.end.splice(0)) await end();
  }

  private telemetry(): Pick<KafkaStreamsOptions, 'telemetry'> {
    const [metrics, traces] = [this.parts.includes('metrics'), this.parts.includes('traces')];
    if (!metrics && !traces) return {};
    const tracerProvider = traces ? this.tracerProvider() : undefined;
    const meterProvider = metrics ? this.meterProvider() : undefined;
    const { startTraces } = this;
    const options = { metrics, traces, startTraces, tracerProvider, meterProvider };
    return { telemetry: openTelemetry(options) };
  }

  /** Batches as a service has them. */
  private tracerProvider(): BasicTracerProvider {
    const exporter = new DiscardedSpans((count) => {
      this.spans += count;
    });
    const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
    this.end.push(() => provider.shutdown());
    return provider;
  }

  private meterProvider(): MeterProvider {
    const exporter = new DiscardedMetrics(() => {
      this.metricExports += 1;
    });
    const every = { exportIntervalMillis: EXPORT_METRICS_MS, exportTimeoutMillis: EXPORT_METRICS_MS };
    const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter, ...every })] });
    this.end.push(() => provider.shutdown());
    return provider;
  }

  private answerOf(watching: ChildProcess): Promise<WhatWasSeen> {
    return new Promise((resolve, reject) => {
      watching.once('message', (seen) => {
        resolve(seen as WhatWasSeen);
      });
      watching.once('exit', (code) => {
        reject(new Error(`who watches the application ended with ${String(code)}: see above`));
      });
      watching.send({ end: true } satisfies ToldToWatch);
    });
  }
}

function shown({ scrapes, scrapedBytes, events, eventBytes }: WhatWasSeen): string {
  const per = (bytes: number, times: number): string => `of ${(bytes / 1024 / Math.max(1, times)).toFixed(1)} KiB`;
  return `${String(scrapes)} scrapes ${per(scrapedBytes, scrapes)}, ${String(events)} events ${per(eventBytes, events)}`;
}
