import { LiveError } from './live-error.js';
import type { NewMessage, NewReading } from './push.js';

/** The text of a message of `/ingest`. Throws `invalid-options` for what can't be one; its content the server judges. */
export function pushMessage(id: string, of: NewReading | NewMessage): string {
  try {
    const { chargePointId } = of;
    return JSON.stringify({ id, chargePointId, payload: 'payload' in of ? of.payload : payloadOf(of) });
  } catch (cause) {
    throw new LiveError('invalid-options', 'push: a reading is an object that JSON can carry', { cause });
  }
}

/** As OCPP 1.6 has it: MeterValues.req. */
function payloadOf(reading: NewReading): object {
  const { timestamp, value, connectorId = 0, transactionId, ...rest } = reading;
  const sampledValue = [{ ...rest, chargePointId: undefined, value: String(value) }];
  const meterValue = [{ timestamp, sampledValue }];
  return { connectorId, transactionId, meterValue };
}
