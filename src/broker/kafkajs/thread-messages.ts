/** What the main thread and the heartbeat thread say to each other. */
import type { BrokerErrorClass } from '../../errors/broker-error.js';
import type { ErrorCode } from '../../errors/codes.js';
import type { LogFields, LogLevel } from '../../observe/logger.js';
import type { GroupIdentity, GroupOptions } from '../port.js';
import type { ClockReading } from '../wire/group/life-sign.js';
import type { KafkaOptions } from './kafka-options.js';

/** What the thread is started with. */
export interface ThreadData {
  readonly kafka: KafkaOptions;
  readonly group: GroupOptions;
  /** Of the LifeSign. */
  readonly memory: SharedArrayBuffer;
}

export type ToThread =
  | { readonly type: 'start'; readonly identity: GroupIdentity; readonly term: number; readonly sent: ClockReading }
  | { readonly type: 'join' }
  | { readonly type: 'stop' }
  | { readonly type: 'hurry' };

/** An error in a form that crosses threads with all that callers decide by. */
export interface PlainError {
  readonly message: string;
  readonly class: BrokerErrorClass;
  readonly kafkaCode: number;
  readonly code: ErrorCode;
}

export type FromThread =
  | { readonly type: 'ready' }
  | { readonly type: 'log'; readonly level: LogLevel; readonly message: string; readonly fields: LogFields | undefined }
  | { readonly type: 'acknowledged' | 'rebalancing'; readonly term: number }
  | { readonly type: 'unanswered' | 'lost' | 'failed'; readonly term: number; readonly error: PlainError };
