/** The version of Kafka Streams whose tests judge. */

/** The newest whose tests were published; the brokers are of the version that all else is tested with. */
export const JUDGE_VERSION = '4.3.1';
