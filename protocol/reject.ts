/**
 * Why a message or a part of it could not become a reading. The closed list: it stands in quarantine, in metrics, in
 * `rejected` answers (as `error.code`) and in the documentation.
 */
export const REJECT_REASONS = {
  invalid_json: 'the frame is not JSON',
  invalid_frame: 'the frame is JSON, but not a message of the protocol',
  nested_too_deep: 'the JSON is nested deeper than 32 levels',
  invalid_envelope: 'the record on the message log is not an envelope that this version can read',
  invalid_charge_point:
    'the charge point id is missing, longer than 255 characters, or has control characters',
  unknown_charge_point: 'the charge point is not registered and the policy does not register unknown ones',
  not_meter_values: 'the payload is not a MeterValues request',
  invalid_connector: 'connectorId is not a whole number from 0 to 2147483647',
  invalid_transaction: 'transactionId is neither a whole number nor a text of up to 36 characters',
  missing_meter_value: 'meterValue is missing, empty, or not a list',
  missing_sampled_value: 'sampledValue is missing, empty, or not a list',
  missing_timestamp: 'a meterValue has no timestamp',
  invalid_timestamp: 'the timestamp is not an ISO 8601 date and time',
  timestamp_out_of_range: 'the timestamp is further ahead than allowed, or older than allowed',
  missing_value: 'a sampledValue has no value',
  invalid_value: 'the value is not a decimal number',
  value_out_of_range: 'the value is above 1e15 in magnitude after its unit was normalised',
  invalid_name:
    'measurand, context, unit, phase or location is not a text of up to 50 characters without control characters',
  signed_data: 'the value is signed data, which is not read yet',
  past_retention: 'the reading is older than the retention horizon',
  partition_limit: 'storing the reading would need more day partitions than allowed',
} as const;

export type RejectReason = keyof typeof REJECT_REASONS;

/** One part of a message that could not become a reading. */
export interface Reject {
  readonly reason: RejectReason;
  /** JSON pointer (RFC 6901) into the payload; '' is the whole message. */
  readonly path: string;
  /** One sentence for a person, at most 500 characters, without control characters. */
  readonly detail: string;
  /** The offending part as JSON text, or the frame itself when it could not be parsed. */
  readonly raw: string;
}
