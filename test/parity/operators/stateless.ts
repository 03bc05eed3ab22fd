/** Operators on streams that remember nothing. */
import type { BranchedOptions } from '../../../src/dsl/branched.js';
import type { KStream } from '../../../src/dsl/stream.js';
import { call, named } from '../build-site.js';
import { flatPairs, flatValues, mapper, predicate } from '../functions.js';
import type { Call, Step } from '../plan.js';
import type { ParityOperator } from './operator.js';

type Stream = KStream<unknown, unknown>;

function filtering(op: 'filter' | 'filterNot'): ParityOperator {
  return {
    op,
    weight: 1.5,
    draw(bench) {
      const input = bench.take('stream');
      if (input === null) return null;
      return {
        in: input.name,
        predicate: bench.predicate(),
        ...bench.named(),
        out: bench.made('stream', input.key, input.value),
      };
    },
    build(step, site) {
      const holds = predicate(call(step, 'predicate'));
      site.keep(
        step,
        site.input<Stream>(step)[op]((value, key) => holds(key, value), named(step)),
      );
    },
  };
}

export const filter = filtering('filter');
export const filterNot = filtering('filterNot');

export const selectKey: ParityOperator = {
  op: 'selectKey',
  weight: 2,
  draw(bench) {
    const input = bench.take('stream');
    if (input === null) return null;
    const { mapper, type } = bench.keyMapper(input.key);
    return { in: input.name, mapper, ...bench.named(), out: bench.made('stream', type, input.value) };
  },
  build(step, site) {
    const map = mapper(call(step, 'mapper'));
    site.keep(
      step,
      site.input<Stream>(step).selectKey((value, key) => map(key, value), named(step)),
    );
  },
};

export const map: ParityOperator = {
  op: 'map',
  weight: 1.5,
  draw(bench) {
    const input = bench.take('stream');
    if (input === null) return null;
    const key = bench.keyMapper(input.key);
    const value = bench.valueMapper(input.value);
    return {
      in: input.name,
      keyMapper: key.mapper,
      mapper: value.mapper,
      ...bench.named(),
      out: bench.made('stream', key.type, value.type),
    };
  },
  build(step, site) {
    const keys = mapper(call(step, 'keyMapper'));
    const values = mapper(call(step, 'mapper'));
    site.keep(
      step,
      site.input<Stream>(step).map((value, key) => [keys(key, value), values(key, value)], named(step)),
    );
  },
};

export const mapValues: ParityOperator = {
  op: 'mapValues',
  weight: 2,
  draw(bench) {
    const input = bench.take('stream');
    if (input === null) return null;
    const { mapper, type } = bench.valueMapper(input.value);
    return { in: input.name, mapper, ...bench.named(), out: bench.made('stream', input.key, type) };
  },
  build(step, site) {
    const map = mapper(call(step, 'mapper'));
    site.keep(
      step,
      site.input<Stream>(step).mapValues((value, key) => map(key, value), named(step)),
    );
  },
};

export const flatMap: ParityOperator = {
  op: 'flatMap',
  weight: 1,
  draw(bench) {
    const input = bench.take('stream');
    if (input === null) return null;
    const mapper = { fn: 'spread', m: bench.draw.between(2, 4) };
    return { in: input.name, mapper, ...bench.named(), out: bench.made('stream', 'string', 'string') };
  },
  build(step, site) {
    const map = flatPairs(call(step, 'mapper'));
    site.keep(
      step,
      site.input<Stream>(step).flatMap((value, key) => map(key, value), named(step)),
    );
  },
};

export const flatMapValues: ParityOperator = {
  op: 'flatMapValues',
  weight: 1,
  draw(bench) {
    const input = bench.take('stream');
    if (input === null) return null;
    const mapper = { fn: 'repeat', m: bench.draw.between(2, 4) };
    return { in: input.name, mapper, ...bench.named(), out: bench.made('stream', input.key, 'string') };
  },
  build(step, site) {
    const map = flatValues(call(step, 'mapper'));
    site.keep(
      step,
      site.input<Stream>(step).flatMapValues((value, key) => map(key, value), named(step)),
    );
  },
};

export const peek: ParityOperator = {
  op: 'peek',
  weight: 1.5,
  draw(bench) {
    const input = bench.take('stream');
    if (input === null) return null;
    return {
      in: input.name,
      label: bench.fresh('p'),
      ...bench.named(),
      out: bench.made('stream', input.key, input.value),
    };
  },
  build(step, site) {
    const see = (value: unknown, key: unknown): void => {
      site.witness.seen(step, key, value);
    };
    site.keep(step, site.input<Stream>(step).peek(see, named(step)));
  },
};

export const foreach: ParityOperator = {
  op: 'foreach',
  weight: 0.7,
  draw(bench) {
    const input = bench.take('stream');
    return input === null ? null : { in: input.name, label: bench.fresh('p'), ...bench.named() };
  },
  build(step, site) {
    site.input<Stream>(step).foreach((value, key) => {
      site.witness.seen(step, key, value);
    }, named(step));
  },
};

export const print: ParityOperator = {
  op: 'print',
  weight: 0.6,
  draw(bench) {
    const input = bench.take('stream');
    if (input === null) return null;
    const { draw } = bench;
    return {
      in: input.name,
      id: bench.fresh('print-'),
      ...(draw.chance(0.4) ? { label: bench.fresh('label ') } : {}),
      ...(draw.chance(0.4) ? { mapper: { fn: 'show' } } : {}),
      ...bench.named(),
    };
  },
  build(step, site) {
    const label = step['label'];
    const map = step['mapper'] === undefined ? null : mapper(call(step, 'mapper'));
    site.input<Stream>(step).print({
      ...named(step),
      ...(typeof label === 'string' ? { label } : {}),
      ...(map === null ? {} : { mapper: (value: unknown, key: unknown) => map(key, value) as string }),
      write: (line) => {
        site.witness.printed(step, line);
      },
    });
  },
};

interface Branch {
  readonly predicate: Call;
  readonly name?: string;
  /** Taken by a consumer rather than out of the map. */
  readonly consumed?: boolean;
}

export const split: ParityOperator = {
  op: 'split',
  weight: 1.2,
  draw(bench) {
    const input = bench.take('stream');
    if (input === null) return null;
    const { draw } = bench;
    const branch = (): Omit<Branch, 'predicate'> => ({
      ...(draw.chance(0.2) ? { name: bench.fresh('-branch-') } : {}),
      ...(draw.chance(0.2) ? { consumed: true } : {}),
    });
    const branches = Array.from({ length: draw.between(1, 3) }, () => ({ predicate: bench.predicate(), ...branch() }));
    const rest = draw.chance(0.6) ? { ...branch() } : null;
    const count = branches.length + (rest === null ? 0 : 1);
    return {
      in: input.name,
      branches,
      rest,
      ...bench.named(),
      out: Array.from({ length: count }, () => bench.made('stream', input.key, input.value)),
    };
  },
  build(step, site) {
    const branches = step['branches'] as unknown as Branch[];
    const rest = step['rest'] as unknown as Branch | null;
    const splitting = site.input<Stream>(step).split(named(step));
    const options = (branch: Branch, index: number): BranchedOptions<unknown, unknown> => ({
      ...named(branch as unknown as Step),
      ...(branch.consumed === true ? { consumer: (stream: Stream) => site.keep(step, stream, index) } : {}),
    });
    branches.forEach((branch, index) => {
      const holds = predicate(branch.predicate);
      splitting.branch((value, key) => holds(key, value), options(branch, index));
    });
    const made = rest === null ? splitting.noDefaultBranch() : splitting.defaultBranch(options(rest, branches.length));
    const prefix = step['name'] ?? /^KSTREAM-BRANCH-\d{10}/.exec([...made.keys()][0] ?? '')?.[0] ?? '';
    [...branches, ...(rest === null ? [] : [rest])].forEach((branch, index) => {
      if (branch.consumed === true) return;
      const key = `${prefix as string}${branch.name ?? String(branch === rest ? 0 : index + 1)}`;
      if (!made.has(key)) throw new Error(`there is no branch ${key} among ${[...made.keys()].join(', ')}`);
      site.keep(step, made.get(key), index);
    });
  },
  features: (step) => [step['rest'] === null ? 'no default branch' : 'default branch'],
};

export const merge: ParityOperator = {
  op: 'merge',
  weight: 1.2,
  draw(bench) {
    const input = bench.take('stream');
    if (input === null) return null;
    const other = bench.take('stream', (one) => one.key === input.key && one.value === input.value && one !== input);
    if (other === null) return null;
    return {
      in: input.name,
      with: other.name,
      ...bench.named(),
      out: bench.made('stream', input.key, input.value),
    };
  },
  build(step, site) {
    site.keep(step, site.input<Stream>(step).merge(site.other<Stream>(step), named(step)));
  },
};
