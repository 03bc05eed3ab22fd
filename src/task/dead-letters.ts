/** Where dead letters leave: through the task's own writer, so that they are committed with what they are about. */
import type { InsteadWriter } from '../broker/port.js';
import { MillraceError } from '../errors/error.js';
import type { CheckedLetter, Decided } from '../record/decided.js';
import type { DefaultPartition } from '../sink/default-partition.js';
import type { Clock } from '../time/clock.js';
import { standardLetter, type Failure } from './dead-letter.js';

/** A dead letter on its way. */
export interface LetterToWrite extends CheckedLetter {
  readonly timestamp: number;
}

/** What dead letters of one application have in common. */
export interface DeadLetterSettings {
  /** Null: there is none. */
  readonly topic: string | null;
  /** Bytes that the topic takes of a batch. */
  readonly mostBytes: number;
  /**
   * Takes what must be written though the task ends, or may not write.
   * @param end what the instance ends with, if it does: where the failure comes to nothing, as the work of the task is given up
   *   and done again, so does the letter; null: the letter is written at once
   */
  readonly outside: (letter: LetterToWrite, end: Error | null) => void;
}

export const NO_DEAD_LETTERS: DeadLetterSettings = {
  topic: null,
  mostBytes: 0,
  outside: (letter) => {
    throw new MillraceError('STATE_INVALID', `nobody writes dead letters to ${letter.topic} here`);
  },
};

interface DeadLettersParts {
  readonly settings: DeadLetterSettings;
  /** Null: the task may not write. */
  readonly writer: InsteadWriter | null;
  /** Of the letters that the writer takes. Default: there is no writer. */
  readonly defaultPartition?: DefaultPartition;
  readonly clock: Clock;
  readonly counted: () => void;
}

/** A topic seen for the first time has to be looked up: its letters wait, in order, until `settle`. */
export class DeadLetters {
  private waiting: LetterToWrite[] = [];

  constructor(private readonly parts: DeadLettersParts) {}

  /**
   * Writes what an answer says. With an answer that ends the instance what the task wrote is given up with it, and so its letters
   * go another way.
   * @throws MillraceError CONFIG_INVALID when there is no topic for the standard letter
   */
  write({ then, deadLetters }: Decided, failure: Failure): void {
    const { settings, clock, counted, writer } = this.parts;
    const letters =
      deadLetters === 'standard' ? [standardLetter(failure, this.topic(failure), settings.mostBytes)] : deadLetters;
    for (const letter of letters) {
      const time = letter.timestamp ?? failure.timestamp;
      const timed = { ...letter, timestamp: time < 0 ? clock.now() : time };
      counted();
      if (writer === null) settings.outside(timed, null);
      else if (then === 'fail') settings.outside(timed, failure.error);
      else this.append(timed, writer);
    }
  }

  /** Whether letters wait for their topic to be looked up. */
  get unsettled(): boolean {
    return this.waiting.length > 0;
  }

  /** Looks up those topics and writes the letters. @throws MillraceError TOPIC_MISSING */
  async settle(): Promise<void> {
    const { writer } = this.parts;
    if (writer === null || this.waiting.length === 0) return;
    const unknown = [...new Set(this.waiting.map(({ topic }) => topic))].filter(
      (topic) => writer.partitionCount(topic) === 0,
    );
    if (unknown.length > 0) await writer.lookUp(unknown);
    const { waiting } = this;
    this.waiting = [];
    for (const letter of waiting) this.append(letter, writer);
  }

  private append(letter: LetterToWrite, writer: InsteadWriter): void {
    const { topic, key, value, headers, timestamp } = letter;
    const partitions = writer.partitionCount(topic);
    if (partitions === 0) {
      this.waiting.push(letter);
      return;
    }
    const partition = this.parts.defaultPartition?.choose(topic, key, partitions) ?? 0;
    writer.append(topic, partition, key, value, headers, timestamp);
  }

  private topic({ error, node, task }: Failure): string {
    const { topic } = this.parts.settings;
    if (topic !== null) return topic;
    throw new MillraceError(
      'CONFIG_INVALID',
      `an error handler answered deadLetter, but no errors.deadLetterTopic is set; it was asked about: ${error.message}`,
      { node, task, option: 'errors.deadLetterTopic', cause: error },
    );
  }
}
