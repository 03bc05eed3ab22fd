/** What happens between one instance and its brokers. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultTarget, NetworkFault } from '../../../../src/local-kafka/proxy/network-fault.js';
import type { Draw } from '../../../parity/draw.js';
import { instanceOf, type FaultKind } from '../kind.js';
import type { PlannedFault } from '../plan.js';

interface NetworkKind {
  readonly name: string;
  readonly description: string;
  readonly weight: number;
  lastsMs(draw: Draw): number;
  fault(planned: PlannedFault): NetworkFault;
}

function networkKind({ name, description, weight, lastsMs, fault }: NetworkKind): FaultKind {
  return {
    name,
    description,
    weight,
    fits: () => true,
    lastsMs,
    async run(stage, planned) {
      const proxy = stage.proxyOf(instanceOf(stage, planned));
      // One broker of three, or all of them.
      const broker = planned.choice % (stage.kafka.nodes.length + 1);
      const target: FaultTarget = broker < stage.kafka.nodes.length && stage.kafka.nodes.length > 1 ? { broker } : {};
      const disturbance = proxy.disturb(fault(planned), target);
      await sleep(planned.lastsMs);
      disturbance.end();
      return undefined;
    },
  };
}

export const cut = networkKind({
  name: 'cut',
  description: 'all connections of an instance are reset, and new ones refused for a while',
  weight: 2,
  lastsMs: (draw) => (draw.chance(0.5) ? 0 : draw.between(500, 4_000)),
  fault: ({ lastsMs }) => ({ kind: lastsMs === 0 ? 'cut' : 'refuse' }),
});

export const delayed = networkKind({
  name: 'delay',
  description: 'everything arrives later on the connections of an instance',
  weight: 1,
  lastsMs: (draw) => draw.between(2_000, 6_000),
  fault: ({ choice }) => ({ kind: 'delay', ms: 50 + choice }),
});

export const throttled = networkKind({
  name: 'throttle',
  description: 'the connections of an instance carry few bytes a second',
  weight: 1,
  lastsMs: (draw) => draw.between(2_000, 6_000),
  fault: ({ choice }) => ({ kind: 'throttle', bytesPerSecond: 2_000 + choice * 20 }),
});

export const halfOpen = networkKind({
  name: 'half-open',
  description: 'the connections of an instance are forgotten on the way, and new ones, too, for a while',
  weight: 2,
  lastsMs: (draw) => (draw.chance(0.5) ? 0 : draw.between(1_000, 8_000)),
  fault: ({ lastsMs }) => ({ kind: 'halfOpen', fresh: lastsMs === 0 ? 'work' : 'dead' }),
});

export const lostResponses = networkKind({
  name: 'lost-responses',
  description: 'requests of an instance arrive, and what brokers answer is lost',
  weight: 3,
  lastsMs: (draw) => draw.between(100, 4_000),
  fault: () => ({ kind: 'dropResponses' }),
});
