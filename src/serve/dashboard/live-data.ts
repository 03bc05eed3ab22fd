/** What the page of the dashboard is given: plain data, the same over JSON and as a stream of events. */
import type { Activity, Occurrence } from '../../observe/activity.js';
import type { InstanceMetadata } from '../../observe/instance-metadata.js';
import type { MetricsSnapshot } from '../../observe/measurements.js';
import type { DescribedSubTopology } from '../../topology/describe.js';
import type { Health } from '../health.js';
import type { HourSample } from './last-hour.js';

/** What does not change while an instance runs. */
export interface Introduction {
  readonly applicationId: string;
  readonly subTopologies: readonly DescribedSubTopology[];
  /** Milliseconds between two samples of the last hour. */
  readonly sampleMs: number;
}

/** An instance at one moment. */
export interface Moment {
  /** Ms since the epoch. */
  readonly at: number;
  readonly health: Health;
  readonly paused: boolean;
  readonly metrics: MetricsSnapshot;
  readonly flow: Omit<Activity, 'occurrences'>;
  readonly instances: readonly InstanceMetadata[];
}

/** What happened since the page was last told. */
export interface News {
  readonly occurrences: readonly Occurrence[];
  readonly samples: readonly HourSample[];
}

/** The answer of `/dashboard/data`, and the first event of `/dashboard/live`; those that follow have no introduction. */
export interface LiveData {
  readonly introduction?: Introduction;
  readonly moment: Moment;
  readonly news: News;
}
