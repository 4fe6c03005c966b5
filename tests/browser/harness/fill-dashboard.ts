import { seed } from '../../../scripts/seed/seed.js';
import { seedOptionsSchema } from '../../../scripts/seed/seed-options.js';
import { IngestClient } from '../../integrity/system/ingest-client.js';
import { query } from '../../integrity/system/log-ends.js';
import { sendCalls } from '../../integrity/system/ocpp-calls.js';
import type { System } from '../../integrity/system/system.js';
import { sessionsOf } from '../../integrity/sessions.js';

const CHARGE_POINTS = 12;

/** Something on every page: two days of charging, sessions, contradictions, rejects, and a registry with sites and labels. */
export async function fillDashboard(system: System): Promise<void> {
  const options = seedOptionsSchema.parse({
    days: 2,
    chargePoints: CHARGE_POINTS,
    interval: 300,
    url: system.gatewayUrl,
    protocol: 'json',
  });
  await seed(options, { signal: new AbortController().signal, onProgress: () => undefined });
  await sendCalls(system.gatewayUrl, sessionsOf(['SEED-001', 'SEED-002']));
  await sendOddities(system);
  await system.settled();
  await query(
    system.databaseUrl,
    `update charge_points set
       label = (array['Harbour', 'Town hall', 'Depot'])[1 + substr(id, 6)::int % 3] || ' ' || substr(id, 6)::int,
       site = (array['Hamburg', 'Kiel', ''])[1 + substr(id, 6)::int % 3]
     where id like 'SEED-%'`,
  );
  await query(system.databaseUrl, `update charge_points set label = 'Harbour 1' where id = 'SEED-001'`);
}

/** What ends in quarantine, and what contradicts what was told before. */
async function sendOddities(system: System): Promise<void> {
  const client = await IngestClient.connect(system.gatewayUrl);
  const sample = (value: string, unit: string) => ({
    connectorId: 1,
    meterValue: [{ timestamp: '2026-03-10T06:00:00Z', sampledValue: [{ value, unit }] }],
  });
  const payloads = [
    ...['abc', '1e99', ''].map((value) => sample(value, 'kWh')),
    ...['10', '11', '12'].map((value) => sample(value, 'Wh')),
    { connectorId: 1, meterValue: [{ timestamp: '2199-01-01T00:00:00Z', sampledValue: [{ value: '1' }] }] },
  ];
  const messages = payloads.map((payload, index) => ({
    id: `odd-${index}`,
    chargePointId: 'SEED-003',
    payload: JSON.stringify(payload),
  }));
  for (const message of messages) {
    client.send(message);
    await client.answerTo(message);
  }
  client.close();
}
