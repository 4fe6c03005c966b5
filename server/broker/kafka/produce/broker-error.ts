/** What a broker answers instead of taking records. */
export class BrokerError extends Error {
  override readonly name = 'BrokerError';

  constructor(
    /** The broker's name of it. */
    readonly type: string,
    /** The same may work later. */
    readonly retriable: boolean,
    partition: number,
  ) {
    super(`partition ${partition}: ${type}`);
  }
}

/** https://kafka.apache.org/protocol#protocol_error_codes, those that a write can meet. */
const TYPES: ReadonlyMap<number, readonly [type: string, retriable: boolean]> = new Map([
  [-1, ['UNKNOWN', false]],
  [2, ['CORRUPT_MESSAGE', true]],
  [3, ['UNKNOWN_TOPIC_OR_PARTITION', true]],
  [5, ['LEADER_NOT_AVAILABLE', true]],
  [6, ['NOT_LEADER_FOR_PARTITION', true]],
  [7, ['REQUEST_TIMED_OUT', true]],
  [8, ['BROKER_NOT_AVAILABLE', true]],
  [9, ['REPLICA_NOT_AVAILABLE', true]],
  [10, ['MESSAGE_TOO_LARGE', false]],
  [13, ['NETWORK_EXCEPTION', true]],
  [17, ['INVALID_TOPIC_EXCEPTION', false]],
  [18, ['RECORD_LIST_TOO_LARGE', false]],
  [19, ['NOT_ENOUGH_REPLICAS', true]],
  [20, ['NOT_ENOUGH_REPLICAS_AFTER_APPEND', true]],
  [21, ['INVALID_REQUIRED_ACKS', false]],
  [29, ['TOPIC_AUTHORIZATION_FAILED', false]],
  [31, ['CLUSTER_AUTHORIZATION_FAILED', false]],
  [32, ['INVALID_TIMESTAMP', false]],
  [35, ['UNSUPPORTED_VERSION', false]],
  [42, ['INVALID_REQUEST', false]],
  [43, ['UNSUPPORTED_FOR_MESSAGE_FORMAT', false]],
  [44, ['POLICY_VIOLATION', false]],
  [56, ['KAFKA_STORAGE_ERROR', true]],
  [74, ['FENCED_LEADER_EPOCH', true]],
  [75, ['UNKNOWN_LEADER_EPOCH', true]],
  [87, ['INVALID_RECORD', false]],
  [89, ['THROTTLING_QUOTA_EXCEEDED', true]],
]);

/** @param code not 0 */
export function brokerError(code: number, partition: number): BrokerError {
  const [type, retriable] = TYPES.get(code) ?? [`ERROR_${code}`, false];
  return new BrokerError(type, retriable, partition);
}
