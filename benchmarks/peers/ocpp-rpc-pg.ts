/**
 * A gateway as one is written with npm `ocpp-rpc` and `pg`, both as they come: each MeterValues is inserted, as one row with its
 * payload as it is, and then answered. It validates nothing: strictMode is off unless somebody turns it on.
 */
import type { AddressInfo } from 'node:net';
import { RPCServer } from 'ocpp-rpc';
import pg from 'pg';
import { serve } from '../child.js';
import { usage } from '../process-usage.js';

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'] ?? '', max: 10 });

interface Client {
  readonly identity: string;
  handle(action: string, handler: (call: { readonly params: unknown }) => unknown): void;
}

async function start(): Promise<{ port: number }> {
  const server = new RPCServer({ protocols: ['ocpp1.6'] });
  server.auth((accept) => accept());
  server.on('client', (client: Client) => {
    client.handle('BootNotification', () => ({
      status: 'Accepted',
      interval: 300,
      currentTime: new Date().toISOString(),
    }));
    client.handle('MeterValues', async ({ params }) => {
      await pool.query({
        name: 'insert',
        text: 'insert into meter_values (charge_point_id, payload) values ($1, $2)',
        values: [client.identity, params],
      });
      return {};
    });
  });
  const http = await server.listen(0, '127.0.0.1');
  return { port: (http.address() as AddressInfo).port };
}

serve({ start, usage });
