/** The time that one operator has observed, kept across restarts and moves of its task beside the committed offsets. */

/**
 * Highest timestamp that the operator was given, ms; -1 before the first. Lateness is judged by it, so that what is late
 * does not depend on where and how often a task was started. Kafka Streams starts at -1 each time.
 */
export class OperatorTime {
  constructor(public time: number) {}
}
