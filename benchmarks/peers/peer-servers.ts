import { execute } from '../execute.js';
import { Child } from '../child.js';
import type { Usage } from '../process-usage.js';
import { profiling } from '../profiling.js';
import type { Services } from '../services.js';
import type { Topics } from '../topics.js';
import { PythonGateway } from './python-gateway.js';

/** What charge points can be connected to: meterpulse, the floor, and two gateways as their users write them. */
export const SERVERS = {
  meterpulse: 'meterpulse',
  floor: 'bare ws + kafkajs',
  ocppRpc: 'npm ocpp-rpc + pg',
  python: 'Python ocpp + asyncpg',
} as const;

export type ServerName = keyof typeof SERVERS;

/** One process that takes OCPP 1.6 at /ocpp/ID. */
export interface PeerServer extends AsyncDisposable {
  readonly port: number;
  usage(): Promise<Usage>;
}

const SOURCES = {
  meterpulse: 'benchmarks/subjects/gateway',
  floor: 'benchmarks/floors/bare-server',
  ocppRpc: 'benchmarks/peers/ocpp-rpc-pg',
} as const;

/** Starts servers, each on a topic or a table of its own that is made once. */
export class PeerServers {
  private constructor(
    private readonly services: Services,
    private readonly topics: Readonly<Record<'meterpulse' | 'floor', string>>,
    private readonly databases: Readonly<Record<'ocppRpc' | 'python', string>>,
  ) {}

  static async prepare(services: Services, topics: Topics): Promise<PeerServers> {
    return new PeerServers(
      services,
      { meterpulse: await topics.create('bench-gateway'), floor: await topics.create('bench-floor') },
      {
        ocppRpc: await databaseOfPeer(services, 'peer_ocpp_rpc'),
        python: await databaseOfPeer(services, 'peer_python'),
      },
    );
  }

  /** A fresh process. */
  async start(name: ServerName): Promise<PeerServer> {
    if (name === 'python') {
      const { gateway, port } = await PythonGateway.start(this.databases.python);
      return { port, usage: () => gateway.usage(), [Symbol.asyncDispose]: () => gateway.stop() };
    }
    const environment: Readonly<Record<string, string>> =
      name === 'ocppRpc'
        ? { DATABASE_URL: this.databases.ocppRpc }
        : {
            KAFKA_BROKERS: this.services.brokers.join(),
            KAFKA_TOPIC: this.topics[name],
            GATEWAY_PORT: '0',
          };
    const child = Child.start(SOURCES[name], environment, {
      nodeArgs: ['--expose-gc', ...(profiling(`peers-${name}`).nodeArgs ?? [])],
    });
    const { port } = await child.call<{ port: number }>('start').catch(async (error: unknown) => {
      await child.stop();
      throw error;
    });
    return { port, usage: () => child.call<Usage>('usage'), [Symbol.asyncDispose]: () => child.stop() };
  }
}

async function databaseOfPeer(services: Services, name: string): Promise<string> {
  const url = await services.createDatabase(name);
  await execute(
    url,
    `create table meter_values (id bigint generated always as identity primary key,
       received_at timestamptz not null default now(), charge_point_id text not null, payload jsonb not null)`,
  );
  return url;
}
