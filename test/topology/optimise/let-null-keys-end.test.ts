import { describe, expect, it } from 'vitest';
import { StreamsBuilder } from '../../../src/dsl/streams-builder.js';
import type { KStream } from '../../../src/dsl/stream.js';

/** Names of the repartition filters that let null keys pass. */
function keeping(write: (keyed: KStream<string, string>, builder: StreamsBuilder) => void): string[] {
  const builder = new StreamsBuilder();
  write(
    builder.stream<string, string>('in').selectKey((value) => value),
    builder,
  );
  return builder.build().nodes.flatMap((node) => {
    const keeps = node.type === 'processor' && node.operator.kind === 'repartitionFilter' && node.operator.keepNullKeys;
    return keeps ? [node.name] : [];
  });
}

const left = (value: string): string => value;

describe('letNullKeysEnd', () => {
  it('keeps null keys before a left join only', () => {
    expect(keeping((keyed, builder) => keyed.join(builder.table<string, string>('t'), left, { name: 'j' }))).toEqual(
      [],
    );
    expect(
      keeping((keyed, builder) => keyed.leftJoin(builder.table<string, string>('t'), left, { name: 'j' })),
    ).toEqual(['j-repartition-filter']);
  });

  it('keeps them for a join anywhere downstream, beyond other repartitions too', () => {
    const names = keeping((keyed, builder) => {
      const users = builder.globalTable<string, string>('g');
      keyed.repartition({ name: 'one' }).repartition({ name: 'two' }).leftJoin(users, left, left);
      keyed.repartition({ name: 'three' }).to('out');
    });
    expect(names).toEqual(['one-repartition-filter', 'two-repartition-filter']);
  });
});
