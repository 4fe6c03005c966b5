import type pg from 'pg';
import { Seed } from './seed.js';
import { SeedRollups } from './seed-rollups.js';

const GATEWAY_ID = '0b9f8f0e-6d5c-4d0a-9f57-2f1f3f3a1c11';
const HOUR_MS = 3_600_000;
const START = Date.parse('2026-03-10T06:00:00Z');

/**
 * What the examples of the routes ask about: two charge points, a session that ended, a conflict, an edit, parts in quarantine, a
 * connection that ended and a command that was answered.
 */
export async function seedSampleData(client: pg.Client): Promise<void> {
  const seed = new Seed(client);
  const energy = await seed.series({ chargePointId: 'CP-1' });
  const power = await seed.series({ chargePointId: 'CP-1', measurand: 'Power.Active.Import', unit: 'W' });
  const other = await seed.series({ chargePointId: 'CP-2', connectorId: 2 });
  const session = await seed.transaction('CP-1', '7');
  await client.query(
    `update transactions set start_received_at = $2, evse_id = 0, connector_id = 1, id_tag = 'B4A63CDF', started_at = $2,
       meter_start_wh = 1250500, stop_received_at = $3, ended_at = $3, meter_stop_wh = 1272900, stop_reason = 'EVDisconnected'
     where id = $1`,
    [session, new Date(START).toISOString(), new Date(START + 2 * HOUR_MS).toISOString()],
  );
  await seed.readings(
    [0, 1, 2].flatMap((hour) => {
      const timestamp = new Date(START + hour * HOUR_MS).toISOString();
      return [
        { seriesId: energy, timestamp, value: 1_250_500 + hour * 11_200, transactionId: session },
        { seriesId: power, timestamp, value: 11_200, transactionId: session, quality: 3 },
        { seriesId: other, timestamp, value: 500 + hour },
      ];
    }),
  );
  const hourly = (first: number, step: number) =>
    [0, 1, 2].map((hour) => ({
      timestamp: new Date(START + hour * HOUR_MS).toISOString(),
      value: first + hour * step,
    }));
  const rollups = new SeedRollups(client);
  await rollups.samples(energy, hourly(1_250_500, 11_200));
  await rollups.samples(power, hourly(11_200, 0), { isRegister: false, countsAs: 0 });
  await rollups.samples(other, hourly(500, 1));
  const hours = [0, 1].map((hour) => new Date(START + hour * HOUR_MS).toISOString());
  await rollups.slices(
    energy,
    hours.map((bucket) => ({ transactionId: session, bucket, measuredWh: 11_200, maxPowerW: 11_200 })),
  );
  await seed.conflict({ seriesId: energy, timestamp: new Date(START).toISOString(), value: 0 });
  await seed.finding({
    seriesId: energy,
    rule: 'conflict',
    from: new Date(START).toISOString(),
    evidence: { standing: [1_000], lost: [0] },
  });
  await client.query(
    `insert into signed_values (ts, received_at, transaction_id, evse_id, connector_id, charge_point_id, measurand, phase,
       location, context, encoding, signing_method, public_key, data, digest)
     select ts::timestamptz, ts::timestamptz + interval '1 second', $1, 0, 1, 'CP-1', 'Energy.Active.Import.Register', '',
       'Outlet', context, 'OCMF', '', '', 'OCMF|{"FV":"1.0"}|{"SD":"3045"}', sha256(context::bytea)
     from (values ($2, 'Transaction.Begin'), ($3, 'Transaction.End')) as told (ts, context)`,
    [session, new Date(START).toISOString(), new Date(START + 2 * HOUR_MS).toISOString()],
  );
  await client.query(
    `insert into edits (series_id, action, from_ts, to_ts, value, reason, actor, made_at)
     values ($1, 'replace', $2, $3, 1261600, 'Misread', 'jo', $4)`,
    [
      energy,
      new Date(START + HOUR_MS).toISOString(),
      new Date(START + HOUR_MS + 1).toISOString(),
      new Date(START + 3 * HOUR_MS).toISOString(),
    ],
  );
  await client.query(
    `insert into estimates (series_id, from_ts, to_ts, from_value, to_value, energy, method, version)
     values ($1, $2, $3, 1250500, 1261600, 11100, 'linear', 1)`,
    [energy, new Date(START).toISOString(), new Date(START + HOUR_MS).toISOString()],
  );
  const late = {
    connectorId: 1,
    meterValue: [{ timestamp: '2015-03-10T06:00:00Z', sampledValue: [{ value: '100' }] }],
  };
  for (const [at, reason] of (['past_retention', 'invalid_value', 'past_retention'] as const).entries()) {
    await seed.quarantine({ offset: at, reason, chargePointId: 'CP-1', raw: JSON.stringify(late) });
  }
  await client.query(`update quarantine set raw_kind = 'meterValues'`);
  await seed.quarantine({ offset: 10, reason: 'invalid_json', raw: Buffer.from([0xff, 0x00]) });
  await client.query(
    `insert into connections (charge_point_id, gateway_id, session, revision, protocol, gateway_host, gateway_pid, remote_address,
       connected_at, disconnected_at, close_reason, vendor, model, booted_at)
     values ('CP-2', $1, 1, 1, 'ocpp1.6', 'meterpulse-gateway-0', 31, '10.4.0.17', $2, $3, 'closed', 'Acme', 'AC 22', $2)`,
    [GATEWAY_ID, new Date(START).toISOString(), new Date(START + HOUR_MS).toISOString()],
  );
  await client.query(
    `insert into commands (id, charge_point_id, action, request, state, requested_at, expires_at, gateway_id, sent_at, ended_at, answer)
     values ($1, 'CP-1', 'Reset', '{"type":"Soft"}', 'answered', $2, $3, $4, $2, $2, '{"status":"Accepted"}')`,
    [
      '5f3a7a52-9b7e-4c55-8c2e-5b6a1a0d9b01',
      new Date(START).toISOString(),
      new Date(START + 30_000).toISOString(),
      GATEWAY_ID,
    ],
  );
}
