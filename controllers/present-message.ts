import type { MessageKey } from '../store/read/message-keys.js';
import type { MessageSample } from '../store/read/message-samples.js';

/** A whole number as `String` writes it: '007' and '1e3' stay texts. */
const DECIMAL = /^(?:0|-?[1-9]\d{0,15})$/;

/** A MeterValues request of OCPP 1.6 with these readings. */
export function presentMessage(key: MessageKey, samples: readonly MessageSample[]) {
  return {
    charge_point_id: key.chargePointId,
    payload: {
      connectorId: key.connectorId,
      ...(key.externalId === null ? {} : { transactionId: presentTransaction(key.externalId) }),
      meterValue: [{ timestamp: key.timestamp.toISOString(), sampledValue: samples.map(presentSample) }],
    },
  };
}

/** OCPP 1.6 has whole numbers; what is none, or more than JSON's numbers hold exactly, stays the text that it is. */
function presentTransaction(externalId: string): number | string {
  const number = Number(externalId);
  return DECIMAL.test(externalId) && Number.isSafeInteger(number) ? number : externalId;
}

function presentSample({ value, context, measurand, unit, phase, location }: MessageSample) {
  return {
    value: String(value),
    context,
    measurand,
    ...(unit === '' ? {} : { unit }),
    ...(phase === '' ? {} : { phase }),
    location,
  };
}
