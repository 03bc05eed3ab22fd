/** A stream while it is being split. */
import { MillraceError } from '../errors/error.js';
import { OperatorNode } from '../topology/logical/processor-nodes.js';
import type { AnyPredicate, Guard, Predicate } from '../processor/api/functions.js';
import { checkFunction, checkOptions } from './check-options.js';
import { ownParts, type StreamParts } from './parts.js';
import type { KStream } from './stream.js';

export interface SplitOptions<Prefix extends string = string> {
  /** What the names of the branches begin with. Default: a generated name. */
  readonly name?: Prefix | undefined;
}

/** What becomes of a branch. Kafka Streams: `Branched`. */
export interface BranchedOptions<K, V, Name extends string = string> {
  /** Follows the name of the split in the key of the branch. Default: its number, counted from 1; 0 for the default branch. */
  readonly name?: Name | undefined;
  /** Gets the stream of the branch; the branch is then not in the map. Not together with `function`. */
  readonly consumer?: ((stream: KStream<K, V>) => void) | undefined;
  /** Gets the stream of the branch; what it returns is in the map instead, unless that is null. */
  readonly function?: ((stream: KStream<K, V>) => KStream<K, V> | null) | undefined;
}

type AnyBranch<K, V> = BranchedOptions<K, V>;

const BRANCHED = ['name', 'consumer', 'function'] as const satisfies readonly (keyof BranchedOptions<
  unknown,
  unknown
>)[];

/**
 * The streams of the branches, by the name of the split and theirs. Those that the compiler knows, since split and branch were
 * named where they were made, are there for certain and have the type that their guard gave them. `Known`: their streams by name.
 */
export interface Branches<K, V, Known> extends ReadonlyMap<string, KStream<K, V>> {
  get<Name extends keyof Known>(name: Name): Known[Name];
  get(name: string): KStream<K, V> | undefined;
}

/** A branch that is in the map for certain. */
interface NamedBranch<Name extends string> {
  readonly name: Name;
  readonly consumer?: undefined;
  readonly function?: undefined;
}

/**
 * The branches of a split stream: a record goes to the first one whose predicate holds, else to the default branch, and
 * is dropped (uncounted) where there is none. Kafka Streams: `BranchedKStream`.
 */
export class BranchedKStream<K, V, Prefix extends string = string, Left extends V = V, Known = unknown> {
  /** Only the compiler knows what is left, and what the branches are called. */
  declare protected readonly types: [Prefix, Left, Known];
  private readonly branches: { readonly predicate: AnyPredicate | null; readonly child: string }[] = [];
  private readonly streams = new Map<string, KStream<K, V>>();
  private readonly splitter: StreamParts;
  private hasDefault = false;

  /** @internal Made by `KStream.split`. */
  constructor(
    stream: StreamParts,
    givenName: string | undefined,
    private readonly toStream: (parts: StreamParts) => KStream<K, V>,
  ) {
    ownParts(stream, 'BranchedKStream', 'stream.split()');
    const { branches } = this;
    const name = stream.graph.names.operatorOr(givenName, 'KSTREAM-BRANCH-');
    const operator = (): { operator: { kind: 'branch'; branches: typeof branches } } => ({
      operator: { kind: 'branch', branches: [...branches] },
    });
    const node = stream.graph.append(stream.node, new OperatorNode(name, operator));
    this.splitter = { ...stream, node, name };
  }

  /**
   * Adds a branch for the records that `predicate` holds for, of those that no branch before took. A predicate that is a type
   * guard (`(value): value is Paid => …`) gives the branch that type; the branches behind it have what is left.
   * @param predicate gets the value first, then the key
   */
  branch<W extends Left, const Name extends string>(
    predicate: Guard<K, Left, W>,
    options: NamedBranch<Name>,
  ): BranchedKStream<K, V, Prefix, Exclude<Left, W>, Known & Record<`${Prefix}${Name}`, KStream<K, W>>>;
  branch<W extends Left>(
    predicate: Guard<K, Left, W>,
    options?: BranchedOptions<K, W>,
  ): BranchedKStream<K, V, Prefix, Exclude<Left, W>, Known>;
  branch<const Name extends string>(
    predicate: Predicate<K, Left>,
    options: NamedBranch<Name>,
  ): BranchedKStream<K, V, Prefix, Left, Known & Record<`${Prefix}${Name}`, KStream<K, Left>>>;
  branch(predicate: Predicate<K, Left>, options?: BranchedOptions<K, Left>): this;
  branch(predicate: unknown, options: object = {}): unknown {
    checkOptions('branch()', options, BRANCHED);
    checkFunction('branch()', 'predicate', predicate);
    this.add(predicate as AnyPredicate, options, this.branches.length + 1);
    return this;
  }

  /** Ends the split with a branch for all other records. */
  defaultBranch<const Name extends string>(
    options: NamedBranch<Name>,
  ): Branches<K, V, Known & Record<`${Prefix}${Name}`, KStream<K, Left>>>;
  defaultBranch(options?: BranchedOptions<K, Left>): Branches<K, V, Known & Record<`${Prefix}0`, KStream<K, Left>>>;
  defaultBranch(options: object = {}): unknown {
    checkOptions('defaultBranch()', options, BRANCHED);
    this.add(null, options, 0);
    this.hasDefault = true;
    return this.streams;
  }

  /** Ends the split; all other records are dropped. The streams of the branches, by the name of the split and theirs. */
  noDefaultBranch(): Branches<K, V, Known> {
    return this.streams as unknown as Branches<K, V, Known>;
  }

  private add(predicate: AnyPredicate | null, options: AnyBranch<K, V>, index: number): void {
    const { graph } = this.splitter;
    const name = this.splitter.name + (options.name ?? String(index));
    this.check(name, options);
    graph.names.operator(name);
    this.branches.push({ predicate, child: name });
    const node = graph.append(this.splitter.node, new OperatorNode(name, () => ({ operator: { kind: 'pass' } })));
    const stream = this.toStream({ ...this.splitter, node, name });
    if (options.function !== undefined) {
      const result = options.function(stream);
      if (result !== null) this.streams.set(name, result);
    } else if (options.consumer !== undefined) {
      options.consumer(stream);
    } else {
      this.streams.set(name, stream);
    }
  }

  private check(name: string, options: AnyBranch<K, V>): void {
    if (this.hasDefault) {
      throw new MillraceError(
        'TOPOLOGY_INVALID',
        `branch ${name} would never get a record: the default branch takes all that is left; add it before defaultBranch()`,
        { node: this.splitter.name },
      );
    }
    if (this.branches.some((branch) => branch.child === name)) {
      throw new MillraceError('TOPOLOGY_INVALID', `there are two branches ${name}; give each a name of its own`, {
        node: this.splitter.name,
      });
    }
    if (options.consumer !== undefined && options.function !== undefined) {
      throw new MillraceError('CONFIG_INVALID', `branch ${name} can have one of consumer and function, not both`, {
        option: 'consumer',
      });
    }
  }
}
