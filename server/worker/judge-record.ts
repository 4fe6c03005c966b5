import { isUtf8 } from 'node:buffer';
import { decodeEnvelope, type Envelope } from '../../protocol/envelope.js';
import { flattenMeterValues, type ReadingLimits } from '../../protocol/flatten.js';
import { cleanText, isChargePointId } from '../../protocol/identifier.js';
import { isNestedTooDeep } from '../../protocol/json-depth.js';
import type { RawKind, Reject, RejectReason } from '../../protocol/reject.js';
import type { SinkMessage } from '../../store/reading-sink.js';
import type { LogRecord } from '../broker/message-log.js';

/** The last millisecond of the year 9999: a later arrival is no time of ours, and PostgreSQL couldn't hold any number. */
const MAX_RECEIVED_AT = 253_402_300_799_999;

/**
 * What a record of the log says: readings, rejects, or both. Whatever is on the topic, it answers and never throws: a record
 * that nobody can read becomes a reject with its text, and every text in the answer is fit for the database (one NUL that
 * got through would fail its flush for ever).
 */
export function judgeRecord(partition: number, record: LogRecord, limits: ReadingLimits): SinkMessage {
  const { offset, value } = record;
  if (value === null) return poison(partition, offset, 'invalid_envelope', 'the record has no value', '');
  if (!isUtf8(value)) {
    const base64 = Buffer.from(value).toString('base64');
    return poison(partition, offset, 'invalid_envelope', 'the record is not UTF-8; kept as base64', base64);
  }
  const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8');
  if (isNestedTooDeep(text)) {
    return poison(partition, offset, 'nested_too_deep', 'the record is nested deeper than 32 levels', text);
  }
  const decoded = decodeEnvelope(text);
  if (!decoded.ok) return poison(partition, offset, 'invalid_envelope', decoded.detail, text);
  const { envelope } = decoded;
  if (!isChargePointId(envelope.chargePointId)) {
    return poison(
      partition,
      offset,
      'invalid_envelope',
      'chargePointId has characters that no id may have',
      text,
    );
  }
  if (envelope.receivedAt > MAX_RECEIVED_AT) {
    return poison(partition, offset, 'invalid_envelope', 'receivedAt is beyond the year 9999', text);
  }
  return {
    partition,
    offset,
    chargePointId: envelope.chargePointId,
    protocol: envelope.protocol,
    messageId: envelope.messageId === null ? null : cleanText(envelope.messageId.slice(0, 255)),
    receivedAt: envelope.receivedAt,
    session: null,
    redriveOf: envelope.redriveOf ?? null,
    ...contentOf(envelope, limits),
  };
}

function contentOf(envelope: Envelope, limits: ReadingLimits): Pick<SinkMessage, 'readings' | 'rejects'> {
  switch (envelope.kind) {
    case 'meterValues':
      return flattenMeterValues(envelope, limits);
    case 'unreadable':
      return {
        readings: [],
        rejects: [wholeReject(envelope.reason, envelope.detail, envelope.raw, 'frame')],
      };
    default:
      throw new Error(`${envelope.kind} is not judged yet`);
  }
}

function poison(
  partition: number,
  offset: number,
  reason: RejectReason,
  detail: string,
  raw: string,
): SinkMessage {
  return {
    partition,
    offset,
    chargePointId: null,
    protocol: null,
    messageId: null,
    receivedAt: null,
    readings: [],
    rejects: [wholeReject(reason, detail, raw, 'record')],
    session: null,
    redriveOf: null,
  };
}

function wholeReject(reason: RejectReason, detail: string, raw: string, rawKind: RawKind): Reject {
  return { reason, path: '', detail: cleanText(detail.slice(0, 500)), raw, rawKind };
}
