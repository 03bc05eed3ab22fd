/** The context that a user's processor holds: a narrow view of its task and its node. */
import { MillraceError } from '../../errors/error.js';
import { shownValue } from '../../errors/shown-value.js';
import { toMilliseconds, type Duration } from '../../time/duration.js';
import type { Serde } from '../../serde/serde.js';
import type { AnyStore } from '../../store/any-store.js';
import type { StoreBuilder } from '../../store/store-builder.js';
import type {
  Cancellable,
  FixedKeyProcessorContext,
  ProcessingContext as PublicContext,
  ProcessorContext,
  PunctuationType,
  Punctuator,
  RecordMetadata,
  ScheduleOptions,
} from '../api/processor-context.js';
import { FixedKeyRecord, type ForwardableRecord } from '../api/record.js';
import type { NodeContext } from '../context.js';
import type { UserNode } from './user-node.js';

/** What both kinds of contexts share. */
abstract class UserContext {
  constructor(
    private readonly task: NodeContext,
    protected readonly node: UserNode,
  ) {}

  get applicationId(): string {
    return this.task.applicationId;
  }

  get taskId(): string {
    return this.task.taskId;
  }

  get stateDir(): string | null {
    return this.task.stateDir;
  }

  get keySerde(): Serde<unknown> | undefined {
    return this.task.defaultKeySerde;
  }

  get valueSerde(): Serde<unknown> | undefined {
    return this.task.defaultValueSerde;
  }

  get recordMetadata(): RecordMetadata | null {
    const { topic, partition, offset } = this.node.currentRecord;
    return topic === null ? null : { topic, partition, offset };
  }

  get currentStreamTime(): number {
    return this.task.streamTime();
  }

  get currentSystemTime(): number {
    return this.task.clock.now();
  }

  getStateStore<S extends AnyStore>(store: StoreBuilder<S> | string): S {
    return this.node.storeFor(typeof store === 'string' ? store : store.name) as S;
  }

  schedule(
    interval: Duration,
    type: PunctuationType,
    punctuator: Punctuator,
    { start }: ScheduleOptions = {},
  ): Cancellable {
    const { timers, clock, steadyClock } = this.task;
    if (timers === null) throw this.invalid('the processor of a global store cannot have timers', 'schedule');
    const every = toMilliseconds(interval, 'the interval of schedule()');
    if (every < 1) throw this.invalid('the interval of schedule() must be at least 1 ms', 'interval');
    if (typeof punctuator !== 'function') throw this.invalid('schedule() needs a function to call', 'punctuator');
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- callers may be plain JavaScript
    if (type !== 'stream-time' && type !== 'wall-clock') {
      throw this.invalid(`schedule() takes 'stream-time' or 'wall-clock', not ${String(type)}`, 'type');
    }
    const onWallClock = type === 'wall-clock';
    const queue = onWallClock ? timers.wallClock : timers.streamTime;
    const now = onWallClock ? steadyClock.now() : this.task.streamTime();
    const given = start === undefined ? null : start instanceof Date ? start.getTime() : start;
    if (given !== null && (!Number.isSafeInteger(given) || given < 0)) {
      throw this.invalid(
        `the start of schedule() must be a date, or whole ms since the epoch, not ${shownValue(start)}`,
        'start',
      );
    }
    const anchor = given === null || !onWallClock ? given : given + now - clock.now();
    const schedule = this.node.scheduleOf(anchor ?? (onWallClock ? now + every : 0), every, punctuator);
    if (anchor !== null && anchor < now) schedule.next(now);
    queue.add(schedule);
    return {
      cancel: () => {
        schedule.cancel();
      },
    };
  }

  commit(): void {
    this.task.requestCommit();
  }

  private invalid(message: string, option: string): MillraceError {
    return new MillraceError('CONFIG_INVALID', message, { node: this.node.name, option });
  }
}

/** Of a value transformer, which makes values and forwards nothing itself. */
export class UserValueContext extends UserContext implements PublicContext {}

export class UserProcessorContext extends UserContext implements ProcessorContext<unknown, unknown> {
  forward(record: ForwardableRecord<unknown, unknown>, child?: string): void {
    this.node.forwardFor(record, child);
  }
}

export class UserFixedKeyContext extends UserContext implements FixedKeyProcessorContext<unknown, unknown> {
  forward(record: FixedKeyRecord<unknown, unknown>, child?: string): void {
    if (typeof record !== 'object' || !FixedKeyRecord.isOne(record)) {
      throw new MillraceError(
        'PROCESSING_FAILED',
        `processValues() cannot change keys: forward the record that ${this.node.name} was given, or what its with… methods make of it`,
        { node: this.node.name },
      );
    }
    this.node.forwardFor(record, child);
  }
}
