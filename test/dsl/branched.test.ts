import { describe, expect, it } from 'vitest';
import type { KStream } from '../../src/dsl/stream.js';
import { StreamsBuilder } from '../../src/dsl/streams-builder.js';
import { operatorOf } from './operators-of.js';

function stream(builder: StreamsBuilder): KStream<string, string> {
  return builder.stream('in', { name: 'in' });
}

const isA = (value: string): boolean => value === 'a';
const isB = (value: string): boolean => value === 'b';

describe('BranchedKStream', () => {
  it('sends records to the first branch that takes them, else to the default branch', () => {
    const builder = new StreamsBuilder();
    stream(builder).split({ name: 'by-' }).branch(isA).branch(isB, { name: 'b' }).defaultBranch();
    const topology = builder.build();
    expect(operatorOf(topology, 'by-')).toEqual({
      kind: 'branch',
      branches: [
        { predicate: isA, child: 'by-1' },
        { predicate: isB, child: 'by-b' },
        { predicate: null, child: 'by-0' },
      ],
    });
    expect(topology.node('by-b')).toMatchObject({ parents: ['by-'], operator: { kind: 'pass' } });
  });

  it('gives its streams by name', () => {
    const branches = stream(new StreamsBuilder())
      .split({ name: 'by-' })
      .branch(isA)
      .branch(isB, { name: 'b' })
      .noDefaultBranch();
    expect([...branches.keys()]).toEqual(['by-1', 'by-b']);
  });

  it('keeps a branch out of the map that goes to a consumer, and puts there what a function returns', () => {
    const builder = new StreamsBuilder();
    const seen: string[] = [];
    const branches = stream(builder)
      .split({ name: 'by-' })
      .branch(isA, {
        name: 'consumed',
        consumer: (branch) => {
          seen.push('consumed');
          branch.to('a');
        },
      })
      .branch(isB, { name: 'mapped', function: (branch) => branch.mapValues((value) => value, { name: 'upper' }) })
      .branch(isB, { name: 'dropped', function: () => null })
      .defaultBranch({ name: 'rest' });
    expect(seen).toEqual(['consumed']);
    expect([...branches.keys()]).toEqual(['by-mapped', 'by-rest']);
    branches.get('by-mapped')?.to('b', { name: 'out' });
    expect(builder.build().node('out')).toMatchObject({ parents: ['upper'] });
  });

  it('refuses a branch that should go both ways', () => {
    expect(() =>
      stream(new StreamsBuilder())
        .split()
        .branch(isA, { consumer: () => undefined, function: (branch) => branch }),
    ).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('consumer and function') as string,
      }) as Error,
    );
  });

  it('refuses a second branch of the same name', () => {
    expect(() => stream(new StreamsBuilder()).split().branch(isA, { name: 'x' }).branch(isB, { name: 'x' })).toThrow(
      expect.objectContaining({ code: 'TOPOLOGY_INVALID' }) as Error,
    );
  });

  it('is over with its default branch', () => {
    const split = stream(new StreamsBuilder()).split().branch(isA);
    split.defaultBranch();
    expect(() => split.branch(isB)).toThrow(expect.objectContaining({ code: 'TOPOLOGY_INVALID' }) as Error);
    expect(() => split.defaultBranch()).toThrow(expect.objectContaining({ code: 'TOPOLOGY_INVALID' }) as Error);
  });
});
