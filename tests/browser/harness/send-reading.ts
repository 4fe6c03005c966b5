import { IngestClient } from '../../integrity/system/ingest-client.js';
import type { System } from '../../integrity/system/system.js';

export interface SentReading {
  readonly chargePointId: string;
  /** W. */
  readonly power: number;
  /** ISO 8601; default now. */
  readonly timestamp?: string;
}

let sent = 0;

/** As a charge point sends it; resolves when it is acknowledged. */
export async function sendReading(
  system: System,
  { chargePointId, power, timestamp = new Date().toISOString() }: SentReading,
): Promise<void> {
  const client = await IngestClient.connect(system.gatewayUrl);
  const sampledValue = [{ value: String(power), measurand: 'Power.Active.Import', unit: 'W' }];
  const message = {
    id: `sent-${sent++}`,
    chargePointId,
    payload: JSON.stringify({ connectorId: 1, meterValue: [{ timestamp, sampledValue }] }),
  };
  client.send(message);
  const { status } = await client.answerTo(message);
  client.close();
  if (status !== 'accepted') throw new Error(`${message.id} is ${status}`);
}
