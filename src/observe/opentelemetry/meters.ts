/** Beside a record's way: the metrics of applications as instruments of OpenTelemetry, from the table that Prometheus's are made of. */
import type { Attributes, Histogram, Meter, ObservableCounter, ObservableGauge } from '@opentelemetry/api';
import { CATALOG, unitOf, type CatalogEntry } from '../catalog.js';
import { BOUNDS } from '../histogram.js';
import type { LengthObserver, Lengths } from '../length-metrics.js';
import { MeasuredSources } from '../measured-sources.js';
import type { MetricsSource } from '../measurements.js';

/** Lengths of time that are held back at most; there may be nobody who ever exports. */
const MOST_HELD = 256;

/**
 * Lengths of time of one histogram, told to it together: when it is exported, or when there are many. One by one, in between the work that
 * they measure, each would cost several times as much.
 */
class HeldLengths implements LengthObserver {
  private readonly held = new Float64Array(MOST_HELD);
  private count = 0;

  constructor(
    private readonly histogram: Histogram,
    private readonly attributes: Attributes,
  ) {}

  observe(milliseconds: number): void {
    this.held[this.count] = milliseconds / 1000;
    this.count += 1;
    if (this.count === MOST_HELD) this.tell();
  }

  tell(): void {
    for (let at = 0; at < this.count; at++) this.histogram.record(this.held[at] as number, this.attributes);
    this.count = 0;
  }
}

/** Instruments are made once, for all applications that are watched: these are told apart by the attribute `application`. */
export class Meters {
  private readonly histograms = new Map<string, Histogram>();
  /** By what they are of: an application that is started anew goes on with those of before. */
  private readonly lengthsHeld = new Map<string, HeldLengths>();
  private readonly sources = new MeasuredSources();

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
        for (const held of this.lengthsHeld.values()) held.tell();
        for (const snapshot of this.sources.read()) {
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

  /** Lengths of time have no instrument that is read: they are told, of each turn of a task one. */
  lengths(application: string): Lengths {
    return (metric, labels) => {
      const attributes = { application, ...labels };
      const name = JSON.stringify([metric, attributes]);
      let held = this.lengthsHeld.get(name);
      if (held === undefined) {
        // All that are measured are in the catalog.
        held = new HeldLengths(this.histograms.get(metric) as Histogram, attributes);
        this.lengthsHeld.set(name, held);
      }
      return held;
    };
  }
}
