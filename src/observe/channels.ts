/** Beside a record's way: the channels of `node:diagnostics_channel` that an application tells what happens. */
import { channel, type Channel } from 'node:diagnostics_channel';
import type { DiagnosticEvents, DiagnosticName, EventChannels } from './events.js';

const CHANNELS: Readonly<Record<DiagnosticName, Channel>> = {
  'millrace:batch': channel('millrace:batch'),
  'millrace:commit': channel('millrace:commit'),
  'millrace:rebalance': channel('millrace:rebalance'),
  'millrace:stall': channel('millrace:stall'),
  'millrace:error': channel('millrace:error'),
  'millrace:restore': channel('millrace:restore'),
  'millrace:state': channel('millrace:state'),
};
const BATCH = CHANNELS['millrace:batch'];

/** Where nobody listens, to be told costs one look. What a listener throws, Node throws outside of the application. */
export class DiagnosticsChannels implements EventChannels {
  constructor(private readonly application: string) {}

  get hearsBatches(): boolean {
    return BATCH.hasSubscribers;
  }

  tell<Name extends DiagnosticName>(name: Name, event: Omit<DiagnosticEvents[Name], 'application'>): void {
    const to = CHANNELS[name];
    if (to.hasSubscribers) to.publish({ application: this.application, ...event });
  }
}
