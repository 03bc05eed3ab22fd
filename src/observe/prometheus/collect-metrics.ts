/** Hands the metrics of applications to a registry of prom-client, which asks for them whenever it is asked itself. */
import { register, Registry, type Metric } from 'prom-client';
import { CATALOG, type CatalogEntry, type Sample } from '../catalog.js';
import { MeasuredSources } from '../measured-sources.js';
import type { MetricsSnapshot, MetricsSource } from '../measurements.js';

/** One line of the text, as prom-client wants it. */
interface Line {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** The applications of one registry. */
class Sources {
  private readonly all = new MeasuredSources();
  private read: readonly MetricsSnapshot[] | null = null;

  add(streams: MetricsSource): void {
    this.all.add(streams);
    this.read = null;
  }

  /** The same for all metrics of one look: they are asked for in one turn. */
  get snapshots(): readonly MetricsSnapshot[] {
    if (this.read === null) {
      this.read = this.all.read();
      setImmediate(() => {
        this.read = null;
      });
    }
    return this.read;
  }
}

const sources = new WeakMap<Registry, Sources>();

/**
 * Adds the metrics of an application to a registry: those of https://prometheus.io that `docs/metrics.md` lists, each with the
 * label `application`. Nothing is measured for it, what `streams.metrics()` says is read whenever the registry is read. Several
 * applications of a process may share a registry. One that has ended is told of until another one with its id is added.
 * @param registry default: the one that prom-client has for the process
 * @returns the registry
 */
export function collectMetrics<R extends Registry>(streams: MetricsSource, registry?: R): R {
  const into = registry ?? (register as R);
  const known = sources.get(into);
  if (known !== undefined) {
    known.add(streams);
    return into;
  }
  const all = new Sources();
  all.add(streams);
  sources.set(into, all);
  for (const entry of CATALOG) into.registerMetric(new CollectedMetric(entry, all) as unknown as Metric);
  return into;
}

/** The same in a registry of their own. */
export function openMetrics(streams: MetricsSource): Registry {
  return collectMetrics(streams, new Registry());
}

/** Stands in a registry in place of prom-client's own metrics, which would have to be told each value. */
class CollectedMetric {
  readonly name: string;

  constructor(
    private readonly entry: CatalogEntry,
    private readonly from: Sources,
  ) {
    this.name = entry.name;
  }

  get(): Promise<object> {
    const { name, help, type } = this.entry;
    return Promise.resolve({ name, help, type, values: this.lines(), aggregator: 'sum' });
  }

  /** What is counted is counted by the application, and not from anew. */
  reset(): void {
    // Nothing is kept here.
  }

  private lines(): Line[] {
    return this.from.snapshots.flatMap((snapshot) =>
      this.entry.read(snapshot).flatMap((sample) => linesOf(this.name, sample, snapshot.applicationId)),
    );
  }
}

function linesOf(name: string, { labels: own, value }: Sample, application: string): Line[] {
  const labels = { application, ...own };
  if (typeof value === 'number') return [{ metricName: name, labels, value }];
  const buckets = value.buckets.map(({ atMost, count }) => ({
    metricName: `${name}_bucket`,
    labels: { ...labels, le: atMost / 1000 },
    value: count,
  }));
  return [
    ...buckets,
    { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: value.count },
    { metricName: `${name}_sum`, labels, value: value.sum / 1000 },
    { metricName: `${name}_count`, labels, value: value.count },
  ];
}
