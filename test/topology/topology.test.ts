import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Parts } from './parts.js';

describe('Topology', () => {
  it('prints as its description', () => {
    const topology = new Parts().from('in').to('out', 'topic', 'in').build();
    expect(String(topology)).toBe(topology.describe().toString());
    expect(String(topology)).toContain('Sink: out (topic: topic)');
    expect(inspect(topology)).toBe(String(topology));
  });

  it('is cut into sub-topologies once', () => {
    const topology = new Parts().from('in').build();
    expect(topology.subTopologies()).toBe(topology.subTopologies());
  });

  it('does not see what happens to the builder afterwards', () => {
    const parts = new Parts().from('in');
    const before = parts.build();
    parts.add('later', 'in');
    expect(before.nodes.length).toBe(1);
    expect(parts.build().nodes.length).toBe(2);
  });
});
