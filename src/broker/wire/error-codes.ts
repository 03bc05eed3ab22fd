/** Kafka's table of error codes: what each means, and what a client may do about it. */
import { BrokerError, type BrokerErrorClass } from '../../errors/broker-error.js';
import type { ErrorCode } from '../../errors/codes.js';
import type { ErrorPlace } from '../../errors/error.js';

export interface KafkaErrorInfo {
  readonly kafkaCode: number;
  /** Kafka's own name, as in its documentation. */
  readonly name: string;
  readonly class: BrokerErrorClass;
  readonly words: string;
}

/** The codes that this code base compares with. */
export const KafkaCode = {
  NONE: 0,
  OFFSET_OUT_OF_RANGE: 1,
  CORRUPT_MESSAGE: 2,
  UNKNOWN_TOPIC_OR_PARTITION: 3,
  LEADER_NOT_AVAILABLE: 5,
  NOT_LEADER_OR_FOLLOWER: 6,
  REQUEST_TIMED_OUT: 7,
  MESSAGE_TOO_LARGE: 10,
  COORDINATOR_LOAD_IN_PROGRESS: 14,
  COORDINATOR_NOT_AVAILABLE: 15,
  NOT_COORDINATOR: 16,
  INVALID_TOPIC_EXCEPTION: 17,
  ILLEGAL_GENERATION: 22,
  INCONSISTENT_GROUP_PROTOCOL: 23,
  UNKNOWN_MEMBER_ID: 25,
  REBALANCE_IN_PROGRESS: 27,
  TOPIC_AUTHORIZATION_FAILED: 29,
  UNSUPPORTED_VERSION: 35,
  TOPIC_ALREADY_EXISTS: 36,
  NOT_CONTROLLER: 41,
  OUT_OF_ORDER_SEQUENCE_NUMBER: 45,
  DUPLICATE_SEQUENCE_NUMBER: 46,
  INVALID_PRODUCER_EPOCH: 47,
  INVALID_TXN_STATE: 48,
  INVALID_PRODUCER_ID_MAPPING: 49,
  CONCURRENT_TRANSACTIONS: 51,
  SASL_AUTHENTICATION_FAILED: 58,
  UNKNOWN_PRODUCER_ID: 59,
  GROUP_ID_NOT_FOUND: 69,
  FENCED_LEADER_EPOCH: 74,
  UNKNOWN_LEADER_EPOCH: 75,
  OFFSET_NOT_AVAILABLE: 78,
  MEMBER_ID_REQUIRED: 79,
  FENCED_INSTANCE_ID: 82,
  UNSTABLE_OFFSET_COMMIT: 88,
  PRODUCER_FENCED: 90,
  TRANSACTION_ABORTABLE: 120,
} as const;

const R = 'retriable';
const A = 'abortable';
const F = 'fenced';
const X = 'fatal';

const TABLE: readonly (readonly [kafkaCode: number, name: string, errorClass: BrokerErrorClass, words: string])[] = [
  [-1, 'UNKNOWN_SERVER_ERROR', X, 'the broker met an error it has no name for; its log has the details'],
  [1, 'OFFSET_OUT_OF_RANGE', X, 'the offset is not in the log of this partition'],
  [2, 'CORRUPT_MESSAGE', R, 'the broker found a damaged record batch'],
  [3, 'UNKNOWN_TOPIC_OR_PARTITION', R, 'the broker does not have this topic or partition'],
  [4, 'INVALID_FETCH_SIZE', X, 'the size asked for in a fetch is not allowed'],
  [5, 'LEADER_NOT_AVAILABLE', R, 'the partition has no leader at the moment'],
  [6, 'NOT_LEADER_OR_FOLLOWER', R, 'the broker asked does not lead this partition any more'],
  [7, 'REQUEST_TIMED_OUT', R, 'the broker could not finish the request in time'],
  [8, 'BROKER_NOT_AVAILABLE', R, 'the broker is not available'],
  [9, 'REPLICA_NOT_AVAILABLE', R, 'the replica is not available'],
  [10, 'MESSAGE_TOO_LARGE', X, 'a record batch is larger than the topic allows (max.message.bytes)'],
  [11, 'STALE_CONTROLLER_EPOCH', R, 'the controller moved to another broker'],
  [12, 'OFFSET_METADATA_TOO_LARGE', X, 'the metadata text of a committed offset is too long'],
  [13, 'NETWORK_EXCEPTION', R, 'the connection was closed before the answer came'],
  [14, 'COORDINATOR_LOAD_IN_PROGRESS', R, 'the coordinator is still loading its state'],
  [15, 'COORDINATOR_NOT_AVAILABLE', R, 'there is no coordinator at the moment'],
  [16, 'NOT_COORDINATOR', R, 'the broker asked is not the coordinator any more'],
  [17, 'INVALID_TOPIC_EXCEPTION', X, 'the name or the kind of the topic is not allowed here'],
  [18, 'RECORD_LIST_TOO_LARGE', X, 'a record batch is larger than a log segment'],
  [19, 'NOT_ENOUGH_REPLICAS', R, 'too few replicas are in sync to accept records (min.insync.replicas)'],
  [20, 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', R, 'records were written, but too few replicas are in sync'],
  [21, 'INVALID_REQUIRED_ACKS', X, 'the number of acknowledgements asked for is not allowed'],
  [22, 'ILLEGAL_GENERATION', F, 'the group has moved on to a newer generation'],
  [23, 'INCONSISTENT_GROUP_PROTOCOL', X, 'the other members of the group use another protocol'],
  [24, 'INVALID_GROUP_ID', X, 'the group id is not allowed'],
  [25, 'UNKNOWN_MEMBER_ID', F, 'the coordinator does not know this member (its session expired, or it was removed)'],
  [
    26,
    'INVALID_SESSION_TIMEOUT',
    X,
    'the session time-out is outside of group.min/max.session.timeout.ms of the broker',
  ],
  [27, 'REBALANCE_IN_PROGRESS', R, 'the group is rebalancing'],
  [28, 'INVALID_COMMIT_OFFSET_SIZE', X, 'the offset to commit, with its metadata, is too large'],
  [29, 'TOPIC_AUTHORIZATION_FAILED', X, 'the principal may not do this on the topic'],
  [30, 'GROUP_AUTHORIZATION_FAILED', X, 'the principal may not use this group'],
  [31, 'CLUSTER_AUTHORIZATION_FAILED', X, 'the principal may not do this on the cluster'],
  [32, 'INVALID_TIMESTAMP', X, 'the timestamp of a record is outside of what the topic accepts'],
  [33, 'UNSUPPORTED_SASL_MECHANISM', X, 'the broker does not offer this SASL mechanism'],
  [34, 'ILLEGAL_SASL_STATE', X, 'the request does not fit the state of the SASL handshake'],
  [35, 'UNSUPPORTED_VERSION', X, 'the broker does not speak this version of the API'],
  [36, 'TOPIC_ALREADY_EXISTS', X, 'a topic of this name exists already'],
  [37, 'INVALID_PARTITIONS', X, 'the number of partitions is not allowed'],
  [38, 'INVALID_REPLICATION_FACTOR', X, 'the replication factor is below 1 or above the number of brokers'],
  [39, 'INVALID_REPLICA_ASSIGNMENT', X, 'the assignment of replicas is not valid'],
  [40, 'INVALID_CONFIG', X, 'a configuration value is not valid'],
  [41, 'NOT_CONTROLLER', R, 'the broker asked is not the controller any more'],
  [42, 'INVALID_REQUEST', X, 'the broker finds the request malformed'],
  [43, 'UNSUPPORTED_FOR_MESSAGE_FORMAT', X, 'the record format of the topic does not carry this'],
  [44, 'POLICY_VIOLATION', X, 'a policy of the cluster forbids this'],
  [45, 'OUT_OF_ORDER_SEQUENCE_NUMBER', A, 'a batch arrived out of sequence'],
  [46, 'DUPLICATE_SEQUENCE_NUMBER', X, 'the batch had been written before'],
  [47, 'INVALID_PRODUCER_EPOCH', F, 'a newer producer has taken over this producer id'],
  [48, 'INVALID_TXN_STATE', X, 'the operation does not fit the state of the transaction'],
  [49, 'INVALID_PRODUCER_ID_MAPPING', F, 'the producer id does not belong to this transactional id any more'],
  [50, 'INVALID_TRANSACTION_TIMEOUT', X, 'the transaction time-out is above transaction.max.timeout.ms of the broker'],
  [51, 'CONCURRENT_TRANSACTIONS', R, 'the previous transaction of this producer is still being finished'],
  [52, 'TRANSACTION_COORDINATOR_FENCED', X, 'the transaction coordinator was replaced'],
  [53, 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED', X, 'the principal may not use this transactional id'],
  [54, 'SECURITY_DISABLED', X, 'security features are switched off on the broker'],
  [55, 'OPERATION_NOT_ATTEMPTED', A, 'the broker left this out because another part of the request failed'],
  [56, 'KAFKA_STORAGE_ERROR', R, 'the broker cannot use the disk of this partition'],
  [57, 'LOG_DIR_NOT_FOUND', X, 'the log folder is not known to the broker'],
  [58, 'SASL_AUTHENTICATION_FAILED', X, 'the broker refused the credentials'],
  [59, 'UNKNOWN_PRODUCER_ID', A, 'the broker does not know this producer id any more'],
  [60, 'REASSIGNMENT_IN_PROGRESS', X, 'the partition is being moved'],
  [61, 'DELEGATION_TOKEN_AUTH_DISABLED', X, 'delegation tokens are switched off'],
  [62, 'DELEGATION_TOKEN_NOT_FOUND', X, 'the delegation token is unknown'],
  [63, 'DELEGATION_TOKEN_OWNER_MISMATCH', X, 'the principal neither owns nor renews the delegation token'],
  [64, 'DELEGATION_TOKEN_REQUEST_NOT_ALLOWED', X, 'delegation tokens are not allowed on this kind of connection'],
  [65, 'DELEGATION_TOKEN_AUTHORIZATION_FAILED', X, 'the principal may not use delegation tokens'],
  [66, 'DELEGATION_TOKEN_EXPIRED', X, 'the delegation token has expired'],
  [67, 'INVALID_PRINCIPAL_TYPE', X, 'this type of principal is not supported'],
  [68, 'NON_EMPTY_GROUP', X, 'the group still has members'],
  [69, 'GROUP_ID_NOT_FOUND', X, 'there is no such group'],
  [70, 'FETCH_SESSION_ID_NOT_FOUND', R, 'the fetch session is gone'],
  [71, 'INVALID_FETCH_SESSION_EPOCH', R, 'the fetch session is out of step'],
  [72, 'LISTENER_NOT_FOUND', R, 'the leader has no listener of the kind this connection uses'],
  [73, 'TOPIC_DELETION_DISABLED', X, 'the cluster does not allow topics to be deleted'],
  [74, 'FENCED_LEADER_EPOCH', R, 'the partition has a newer leader than this client knows'],
  [75, 'UNKNOWN_LEADER_EPOCH', R, 'the broker does not know the newest leader of the partition yet'],
  [76, 'UNSUPPORTED_COMPRESSION_TYPE', X, 'the compression of the records is not supported by this request'],
  [77, 'STALE_BROKER_EPOCH', R, 'the broker was restarted'],
  [78, 'OFFSET_NOT_AVAILABLE', R, 'the new leader does not know the end of its log yet'],
  [79, 'MEMBER_ID_REQUIRED', R, 'the coordinator wants the member to join with the id it has just given'],
  [80, 'PREFERRED_LEADER_NOT_AVAILABLE', R, 'the preferred leader is not available'],
  [81, 'GROUP_MAX_SIZE_REACHED', X, 'the group has as many members as the broker allows (group.max.size)'],
  [82, 'FENCED_INSTANCE_ID', F, 'another member has joined with the same group instance id'],
  [83, 'ELIGIBLE_LEADERS_NOT_AVAILABLE', R, 'no replica may become leader at the moment'],
  [84, 'ELECTION_NOT_NEEDED', R, 'the partition has its leader already'],
  [85, 'NO_REASSIGNMENT_IN_PROGRESS', X, 'no partition is being moved'],
  [86, 'GROUP_SUBSCRIBED_TO_TOPIC', X, 'the group is subscribed to the topic'],
  [87, 'INVALID_RECORD', X, 'the broker rejected a record (a compacted topic wants keys, for instance)'],
  [88, 'UNSTABLE_OFFSET_COMMIT', R, 'a transaction that commits these offsets is still open'],
  [89, 'THROTTLING_QUOTA_EXCEEDED', R, 'a quota of the cluster is used up for now'],
  [90, 'PRODUCER_FENCED', F, 'a newer producer uses the same transactional id'],
  [91, 'RESOURCE_NOT_FOUND', X, 'the resource does not exist'],
  [92, 'DUPLICATE_RESOURCE', X, 'the same resource is named twice'],
  [93, 'UNACCEPTABLE_CREDENTIAL', X, 'the credential does not meet the rules of the broker'],
  [94, 'INCONSISTENT_VOTER_SET', X, 'the set of voters does not match'],
  [95, 'INVALID_UPDATE_VERSION', X, 'the version to update to is not valid'],
  [96, 'FEATURE_UPDATE_FAILED', X, 'the features of the cluster could not be updated'],
  [97, 'PRINCIPAL_DESERIALIZATION_FAILURE', X, 'the controller could not read the principal of a forwarded request'],
  [98, 'SNAPSHOT_NOT_FOUND', X, 'the snapshot does not exist'],
  [99, 'POSITION_OUT_OF_RANGE', X, 'the position is outside of the snapshot'],
  [100, 'UNKNOWN_TOPIC_ID', R, 'the broker does not have a topic of this id'],
  [101, 'DUPLICATE_BROKER_REGISTRATION', X, 'the broker id is taken'],
  [102, 'BROKER_ID_NOT_REGISTERED', X, 'the broker id is not registered'],
  [103, 'INCONSISTENT_TOPIC_ID', R, 'the topic was deleted and made anew'],
  [104, 'INCONSISTENT_CLUSTER_ID', X, 'the request is meant for another cluster'],
  [105, 'TRANSACTIONAL_ID_NOT_FOUND', X, 'the transactional id is unknown'],
  [106, 'FETCH_SESSION_TOPIC_ID_ERROR', R, 'the fetch session mixes topic ids and names'],
  [107, 'INELIGIBLE_REPLICA', X, 'a replica may not join the in-sync set'],
  [108, 'NEW_LEADER_ELECTED', R, 'the partition has a new leader'],
  [109, 'OFFSET_MOVED_TO_TIERED_STORAGE', X, 'the offset has moved to tiered storage'],
  [110, 'FENCED_MEMBER_EPOCH', F, 'the coordinator fenced the epoch of this member'],
  [111, 'UNRELEASED_INSTANCE_ID', X, 'another member still uses this group instance id'],
  [112, 'UNSUPPORTED_ASSIGNOR', X, 'the group does not support this assignor'],
  [113, 'STALE_MEMBER_EPOCH', R, 'the epoch of this member is behind the one of the coordinator'],
  [114, 'MISMATCHED_ENDPOINT_TYPE', X, 'the request went to an endpoint of the wrong kind'],
  [115, 'UNSUPPORTED_ENDPOINT_TYPE', X, 'this kind of endpoint is not supported'],
  [116, 'UNKNOWN_CONTROLLER_ID', X, 'the controller id is unknown'],
  [117, 'UNKNOWN_SUBSCRIPTION_ID', X, 'the telemetry subscription is unknown'],
  [118, 'TELEMETRY_TOO_LARGE', X, 'the telemetry is larger than the broker accepts'],
  [119, 'INVALID_REGISTRATION', X, 'the registration of the broker is not valid'],
  [120, 'TRANSACTION_ABORTABLE', A, 'the transaction cannot go on and has to be aborted'],
  [121, 'INVALID_RECORD_STATE', X, 'the record is not in a state that can be acknowledged'],
  [122, 'SHARE_SESSION_NOT_FOUND', R, 'the share session is gone'],
  [123, 'INVALID_SHARE_SESSION_EPOCH', R, 'the share session is out of step'],
  [124, 'FENCED_STATE_EPOCH', F, 'the share coordinator has a newer state'],
  [125, 'INVALID_VOTER_KEY', X, 'the key of the voter does not match'],
  [126, 'DUPLICATE_VOTER', X, 'the voter is in the set already'],
  [127, 'VOTER_NOT_FOUND', X, 'the voter is not in the set'],
  [128, 'INVALID_REGULAR_EXPRESSION', X, 'the regular expression is not valid'],
  [129, 'REBOOTSTRAP_REQUIRED', R, 'the client has to start from its bootstrap addresses again'],
  [130, 'STREAMS_INVALID_TOPOLOGY', X, 'the group refuses the topology'],
  [131, 'STREAMS_INVALID_TOPOLOGY_EPOCH', X, 'the epoch of the topology is not valid'],
  [132, 'STREAMS_TOPOLOGY_FENCED', F, 'the group has a newer topology'],
  [133, 'SHARE_SESSION_LIMIT_REACHED', R, 'the broker has as many share sessions as it allows'],
];

const CODES: ReadonlyMap<number, ErrorCode> = new Map<number, ErrorCode>([
  [1, 'OFFSET_OUT_OF_RANGE'],
  [29, 'BROKER_AUTHORIZATION'],
  [30, 'BROKER_AUTHORIZATION'],
  [31, 'BROKER_AUTHORIZATION'],
  [53, 'BROKER_AUTHORIZATION'],
  [65, 'BROKER_AUTHORIZATION'],
  [33, 'BROKER_AUTHENTICATION'],
  [34, 'BROKER_AUTHENTICATION'],
  [58, 'BROKER_AUTHENTICATION'],
]);

const BY_CODE: ReadonlyMap<number, KafkaErrorInfo> = new Map(
  TABLE.map(([kafkaCode, name, errorClass, words]) => [kafkaCode, { kafkaCode, name, class: errorClass, words }]),
);

/** What is known of a code; one that is newer than this table is fatal, since nothing tells that it will pass. */
export function kafkaErrorInfo(kafkaCode: number): KafkaErrorInfo {
  return (
    BY_CODE.get(kafkaCode) ?? {
      kafkaCode,
      name: `UNKNOWN_CODE_${String(kafkaCode)}`,
      class: 'fatal',
      words: 'the broker answered with a code that this version does not know',
    }
  );
}

/**
 * The error for a code that a broker answered.
 * @param what the operation in plain words, e.g. `Committing offsets of group "app"`
 */
export function brokerErrorFor(kafkaCode: number, what: string, place: ErrorPlace = {}): BrokerError {
  const info = kafkaErrorInfo(kafkaCode);
  const code = CODES.get(kafkaCode);
  return new BrokerError(
    info.class,
    `${what} failed: ${info.words} (Kafka's ${info.name}, code ${String(kafkaCode)})`,
    {
      ...place,
      kafkaCode,
      ...(code === undefined ? {} : { code }),
    },
  );
}
