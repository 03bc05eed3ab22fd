/** Runs an operator of the DSL inside of a processor of a user's that was put around it. */
import type { Headers } from '../../record/headers.js';
import type { AnyProcessor, AnyProcessorSupplier } from '../api/processor.js';
import type { ProcessorContext } from '../api/processor-context.js';
import { Record } from '../api/record.js';
import type { NodeContext } from '../context.js';
import { RunningNode } from '../node.js';
import { initUserProcessor, makeOne } from './life.js';
import { UserProcessorContext } from './user-context.js';
import { UserNode } from './user-node.js';

/** Makes the node of the operator. */
type MakeNode = () => RunningNode;

export class WrappedNode extends UserNode {
  private readonly processor: AnyProcessor;

  constructor(
    name: string,
    context: NodeContext,
    stores: readonly string[],
    makeNode: MakeNode,
    wrap: (inner: AnyProcessorSupplier) => AnyProcessorSupplier,
  ) {
    super(name, context, stores);
    const inner = (): AnyProcessor => new OperatorProcessor(context, makeNode(), () => this.childNames);
    this.processor = makeOne(name, wrap({ get: inner }));
  }

  override init(): void {
    initUserProcessor(this.name, this.processor, new UserProcessorContext(this.context, this));
  }

  protected override call(key: unknown, value: unknown, timestamp: number, headers: Headers): void | Promise<void> {
    return this.processor.process(new Record(key, value, timestamp, headers));
  }

  protected override closeProcessor(): void | Promise<void> {
    return this.processor.close?.();
  }

  /** Operators also forward when a cache is flushed. */
  protected override get mayForward(): boolean {
    return true;
  }
}

/** The operator as a processor; what it forwards goes through the context that it was given. */
class OperatorProcessor implements AnyProcessor {
  constructor(
    private readonly task: NodeContext,
    private readonly node: RunningNode,
    private readonly childNames: () => readonly string[],
  ) {}

  init(context: ProcessorContext<unknown, unknown>): void {
    for (const name of this.childNames()) this.node.addChild(new ForwardingNode(name, this.task, context));
    this.node.init();
  }

  process({ key, value, timestamp, headers }: Record<unknown, unknown>): void {
    this.node.passage.note(key, timestamp, headers);
    this.node.process(key, value, timestamp, headers);
  }

  close(): void | Promise<void> {
    return this.node.close();
  }
}

/** Stands for one child of the wrapped operator. */
class ForwardingNode extends RunningNode {
  constructor(
    name: string,
    context: NodeContext,
    private readonly outer: ProcessorContext<unknown, unknown>,
  ) {
    super(name, context);
  }

  override process(key: unknown, value: unknown, timestamp: number, headers: Headers): void {
    this.outer.forward(new Record(key, value, timestamp, headers), this.name);
  }

  /** What goes wrong on the way is the wrapper's fault, not the child's. */
  override caught(error: unknown): void {
    throw error;
  }
}
