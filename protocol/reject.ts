/**
 * Why a message or a part of it could not become a reading, and what to do about it. The closed list: it stands in quarantine, in metrics, in
 * `rejected` answers (as `error.code`) and in the documentation.
 */
export const REJECT_REASONS = {
  invalid_json: {
    meaning: 'the frame, or a payload that was sent as a text, is not JSON',
    remedy: 'Send JSON text; a broken cell of a workbook is often one that was cut off at 32,767 characters.',
  },
  invalid_frame: {
    meaning: 'the frame is JSON, but not a message of the protocol',
    remedy: 'Send what docs/protocols.md describes; `detail` names the part at fault.',
  },
  nested_too_deep: {
    meaning: 'the JSON is nested deeper than 32 levels',
    remedy: 'Send the payload as it is specified: nothing in it nests deeper than 6 levels.',
  },
  invalid_envelope: {
    meaning: 'the record on the message log is not an envelope that this version can read',
    remedy:
      'Let nobody but gateways write to the topic; a record of a newer version can be re-driven after the upgrade.',
  },
  invalid_charge_point: {
    meaning:
      'the charge point id is missing, longer than 255 characters, or has characters that can not be seen',
    remedy:
      'Give the charge point an id of 1 to 255 characters, all of which can be seen, letters with their accents as one character (Unicode NFC).',
  },
  unknown_charge_point: {
    meaning: 'the charge point is not registered and the policy does not register unknown ones',
    remedy: 'Activate the charge point, or set UNKNOWN_CHARGE_POINTS=register; then re-drive.',
  },
  forbidden_charge_point: {
    meaning: 'the key or token of the sender is not for this charge point',
    remedy:
      'Send with a key that names the charge point, or its site (`meterpulse credentials key create`); a charge point that is not registered is of no site.',
  },
  invalid_signature: {
    meaning: 'the sender has to sign its frames, and this one is not signed by it, or was sent before',
    remedy:
      'Sign session, sequence and text with the secret that came with the key, and let sequences rise: docs/protocols.md.',
  },
  not_meter_values: {
    meaning: 'the payload is not a MeterValues request',
    remedy: 'Send a MeterValues request as a JSON object, not as a text or a list.',
  },
  invalid_connector: {
    meaning: 'connectorId, or the id of the EVSE, is not a whole number from 0 to 2147483647',
    remedy: 'Send connectorId, or evseId, as a whole number; 0 is the charge point as a whole.',
  },
  invalid_transaction: {
    meaning: 'transactionId is neither a whole number nor a text of up to 36 characters',
    remedy: 'Send transactionId as a whole number (OCPP 1.6), or leave it out.',
  },
  missing_meter_value: {
    meaning: 'meterValue is missing, empty, or not a list',
    remedy: 'Send at least one meterValue, in a list.',
  },
  missing_sampled_value: {
    meaning: 'sampledValue is missing, empty, or not a list',
    remedy: 'Send at least one sampledValue in each meterValue, in a list.',
  },
  missing_timestamp: {
    meaning: 'a meterValue has no timestamp',
    remedy: 'Send a timestamp with each meterValue.',
  },
  invalid_timestamp: {
    meaning: 'the timestamp is not an ISO 8601 date and time',
    remedy: 'Send ISO 8601, such as 2026-01-31T12:00:00Z.',
  },
  timestamp_out_of_range: {
    meaning: 'the timestamp is further ahead than allowed, or older than allowed',
    remedy:
      "Set the charge point's clock; READING_MAX_AHEAD_MS and READING_MIN_TIME bound what is taken. Then re-drive what was right.",
  },
  missing_value: {
    meaning: 'a sampledValue has no value, or meterStart or meterStop is empty',
    remedy: 'Send a value with each sampledValue, and a meter reading with each start and stop.',
  },
  invalid_value: {
    meaning: 'the value is not a decimal number, or meterStart or meterStop is not a whole one',
    remedy:
      'Send a decimal number with a point, as a text: "1250.5"; meterStart and meterStop as whole numbers of Wh.',
  },
  value_out_of_range: {
    meaning:
      'the value is above 1e15 in magnitude after its unit was normalised, or meterStart or meterStop is below 0',
    remedy: 'Look at the meter and its unit: no real value is as large.',
  },
  invalid_name: {
    meaning:
      'measurand, context, unit, phase, location, idTag or reason is not a text of up to 50 characters without control characters',
    remedy: 'Send names of up to 50 characters without control characters.',
  },
  signed_data: {
    meaning:
      'the signed value is not a text of 1 byte to 16 KiB, or what describes it (signing method, encoding, public key) is not one',
    remedy: 'Send signed values as texts of up to 16 KiB: OCMF, or the like in base64.',
  },
  past_retention: {
    meaning: 'the reading is older than the retention horizon',
    remedy: 'Nothing: the day was given up by the retention that you set.',
  },
  partition_limit: {
    meaning: 'storing the reading would need more day partitions than allowed',
    remedy: 'Raise PARTITIONS_MAX, then re-drive; or correct the clock that sends so many different days.',
  },
  frame_too_large: {
    meaning: 'the frame is larger than GATEWAY_MAX_FRAME_BYTES; nothing of it was read',
    remedy: 'Send fewer meterValues a message, or raise GATEWAY_MAX_FRAME_BYTES.',
  },
  invalid_session: {
    meaning:
      'the StartTransaction, StopTransaction or TransactionEvent lacks a required field, or has one of a wrong type',
    remedy: 'Correct the named field; what the charge point measured meanwhile comes by its MeterValues.',
  },
} as const;

export type RejectReason = keyof typeof REJECT_REASONS;

/** One part of a message that could not become a reading. */
export interface Reject {
  readonly reason: RejectReason;
  /** JSON pointer (RFC 6901) into the payload; '' is the whole message. */
  readonly path: string;
  /** One sentence for a person, at most 500 characters, without control characters. */
  readonly detail: string;
  readonly raw: string;
  /** What `raw` is. */
  readonly rawKind: RawKind;
}

/**
 * What is kept of a rejected part. Whenever the message could be read, it is a request of its own, so that it can be sent
 * again by itself (re-driven): a bad sampledValue stands in a MeterValues with its connector, transaction and timestamp.
 */
export const RAW_KINDS = [
  /** The frame's text, as received. */
  'frame',
  /** A record of the log that is no envelope: its text, or base64 when it isn't UTF-8. */
  'record',
  /** JSON text of a MeterValues request, of the version that the row's protocol names, with the bad part alone. */
  'meterValues',
  'startTransaction',
  'stopTransaction',
  /** JSON text of a TransactionEvent request (OCPP 2.0.1), with the bad part of its meter values alone. */
  'transactionEvent',
  /** JSON text of `{ readings, session, signedValues? }`, as judged: what the database would not take. */
  'judged',
] as const;
export type RawKind = (typeof RAW_KINDS)[number];
