/** Beside a record's way: the metrics of applications as instruments of OpenTelemetry, from the table that Prometheus's are made of. */
import type { Attributes, Histogram, Meter, ObservableCounter, ObservableGauge } from '@opentelemetry/api';
import { CATALOG, unitOf, type CatalogEntry } from '../catalog.js';
import { BOUNDS } from '../histogram.js';
import type { Lengths } from '../length-metrics.js';
import type { MetricsSource } from '../measurements.js';

/** Instruments are made once, for all applications that are watched: these are told apart by the attribute `application`. */
export class Meters {
  private readonly histograms = new Map<string, Histogram>();
  private readonly sources = new Set<MetricsSource>();

  constructor(meter: Meter) {
    const observed = new Map<CatalogEntry, ObservableCounter | ObservableGauge>();
    for (const entry of CATALOG) {
      const { name, type, help: description } = entry;
      const options = { description, unit: unitOf(entry) };
      if (type === 'counter') observed.set(entry, meter.createObservableCounter(name, options));
      else if (type === 'gauge') observed.set(entry, meter.createObservableGauge(name, options));
      else {
        const advice = { explicitBucketBoundaries: BOUNDS.map((bound) => bound / 1000) };
        this.histograms.set(name, meter.createHistogram(name, { ...options, advice }));
      }
    }
    meter.addBatchObservableCallback(
      (result) => {
        for (const streams of this.sources) {
          const snapshot = streams.metrics();
          for (const [entry, instrument] of observed) {
            for (const { labels, value } of entry.read(snapshot)) {
              if (typeof value !== 'number') continue;
              result.observe(instrument, value, { application: snapshot.applicationId, ...labels });
            }
          }
        }
      },
      [...observed.values()],
    );
  }

  watch(streams: MetricsSource): void {
    this.sources.add(streams);
  }

  /** Lengths of time have no instrument that is read: they are told one by one, of each turn of a task one. */
  lengths(application: string): Lengths {
    return (metric, labels) => {
      const histogram = this.histograms.get(metric);
      const attributes: Attributes = { application, ...labels };
      return {
        observe(milliseconds) {
          histogram?.record(milliseconds / 1000, attributes);
        },
      };
    };
  }
}
