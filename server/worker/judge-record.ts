import { isUtf8 } from 'node:buffer';
import { decodeEnvelope, type Envelope } from '../../protocol/envelope.js';
import { flattenMeterValues } from '../../protocol/flatten.js';
import type { FlatMessage } from '../../protocol/flattening.js';
import { flattenStartTransaction } from '../../protocol/flatten-start-transaction.js';
import { flattenStopTransaction } from '../../protocol/flatten-stop-transaction.js';
import { flattenMeterValues201 } from '../../protocol/ocpp201/flatten-meter-values.js';
import { flattenTransactionEvent } from '../../protocol/ocpp201/flatten-transaction-event.js';
import { cleanText } from '../../protocol/identifier.js';
import { isNestedTooDeep } from '../../protocol/json-depth.js';
import type { RawKind, Reject, RejectReason } from '../../protocol/reject.js';
import type { ReadingLimits } from '../../protocol/usable-time.js';
import type { SinkMessage } from '../../store/reading-sink.js';
import type { LogRecord } from '../broker/message-log.js';

/**
 * What a record of the log says: readings, a session's start or stop, rejects, or all of them. Whatever is on the topic, it
 * answers and never throws: a record that nobody can read becomes a reject with its text, and every text in the answer is
 * fit for the database (one NUL that got through would fail its flush for ever).
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
  const { readings, rejects, session, signedValues } = contentOf(envelope, limits);
  // One literal for all: objects of one shape, and no copying of fields, for what every reading passes.
  const message: SinkMessage = {
    partition,
    offset,
    chargePointId: envelope.chargePointId,
    protocol: envelope.protocol,
    messageId: envelope.messageId === null ? null : cleanText(envelope.messageId.slice(0, 255)),
    receivedAt: envelope.receivedAt,
    redriveOf: envelope.redriveOf ?? null,
    readings,
    rejects,
    session,
  };
  return signedValues === undefined ? message : { ...message, signedValues };
}

type Content = Pick<SinkMessage, 'readings' | 'rejects' | 'session' | 'signedValues'>;

function contentOf(envelope: Envelope, limits: ReadingLimits): Content {
  switch (envelope.kind) {
    case 'meterValues':
      return withoutSession(
        envelope.protocol === 'ocpp2.0.1'
          ? flattenMeterValues201(envelope, limits)
          : flattenMeterValues(envelope, limits),
      );
    case 'startTransaction':
      return flattenStartTransaction(envelope, limits);
    case 'stopTransaction':
      return flattenStopTransaction(envelope, limits);
    case 'transactionEvent':
      return flattenTransactionEvent(envelope, limits);
    case 'judged': {
      const { readings, session, signedValues = [] } = envelope;
      return { readings, rejects: [], session, signedValues };
    }
    case 'unreadable':
      return rejected(envelope.reason, envelope.detail, envelope.raw, 'frame');
  }
}

function withoutSession({ readings, rejects, signedValues }: FlatMessage): Content {
  const content = { readings, rejects, session: null };
  return signedValues === undefined ? content : { ...content, signedValues };
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
    redriveOf: null,
    ...rejected(reason, detail, raw, 'record'),
  };
}

/** A record without anything good in it. */
function rejected(reason: RejectReason, detail: string, raw: string, rawKind: RawKind): Content {
  const reject: Reject = { reason, path: '', detail: cleanText(detail.slice(0, 500)), raw, rawKind };
  return { readings: [], rejects: [reject], session: null };
}
