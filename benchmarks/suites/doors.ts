import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { newChargePointPassword, SecretHash } from '../../server/access/secrets.js';
import { migrate } from '../../store/migrate.js';
import { CertificateAuthority } from '../../tests/harness/certificates.js';
import { Child } from '../child.js';
import { withClient } from '../execute.js';
import type { Figure, SuiteOptions, SuiteResult } from '../figure.js';
import type { ConnectRequest } from '../load-client.js';
import { CHARGE_POINT_PREFIX } from '../load/load-socket.js';
import type { Usage } from '../process-usage.js';
import { profiling } from '../profiling.js';
import { postgresCpuSeconds } from '../postgres-cpu.js';
import { Services } from '../services.js';
import { spread } from '../statistics.js';

const SETTLE_MS = 1_000;
/** The first sockets load code and make shapes: that is not what the ten thousandth costs. */
const WARM_UP_SOCKETS = 100;

const DOORS = ['open', 'password', 'tls'] as const;
type DoorName = (typeof DOORS)[number];

interface Round {
  readonly connectsPerSecond: number;
  /** Of a socket that is idle. */
  readonly kilobytes: number;
  /** Of processors, microseconds a socket. */
  readonly cpu: { readonly gateway: number; readonly postgres: number; readonly client: number };
}

interface Way {
  readonly environment: Readonly<Record<string, string>>;
  readonly connect: Partial<ConnectRequest>;
}

/** What it costs to be asked who one is: sockets that connect to one gateway process by nothing, a password, TLS. */
export async function doorsSuite({ rounds, quick, progress }: SuiteOptions): Promise<SuiteResult> {
  const sockets = quick ? 1_000 : 10_000;
  await using services = await Services.start({ postgres: true, kafka: false });
  const databaseUrl = await services.createDatabase('doors');
  await migrate(databaseUrl);
  const directory = await mkdtemp(join(tmpdir(), 'meterpulse-doors-'));
  const measured: Record<DoorName, Round[]> = { open: [], password: [], tls: [] };
  try {
    const ways = await waysIn(directory, databaseUrl, sockets + WARM_UP_SOCKETS);
    for (let round = 0; round < rounds; round++) {
      for (const door of DOORS)
        measured[door].push(await measure(door, ways[door], { sockets, postgresPid: services.postgresPid }));
      const told = DOORS.map((door) => `${door} ${measured[door].at(-1)?.connectsPerSecond.toFixed(0)}/s`);
      progress(`doors: round ${round + 1}/${rounds}: ${told.join(', ')}`);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  const speeds = (door: DoorName): number[] =>
    measured[door].map(({ connectsPerSecond }) => connectsPerSecond);
  const figure = (name: string, door: DoorName, target: Figure['target']): Figure => {
    return { name, unit: 'connects/s', product: speeds(door), floor: speeds('open'), target };
  };
  const median = (door: DoorName, pick: (round: Round) => number): string =>
    spread(measured[door].map(pick)).median.toFixed(1);
  return {
    suite: 'doors',
    method:
      `One fresh gateway process each, on PostgreSQL; ${sockets} OCPP sockets connect as fast as they are taken, 200 under way at once. Floor: the same ` +
      'gateway, that asks nobody who they are. Passwords are in the database; the gateway has read them, as each does when it starts. Keys are of P-256, TLS is 1.3, ' +
      'no session is resumed; the client agrees on TLS on the same two cores.',
    figures: [
      figure(`${sockets} sockets connecting by password`, 'password', { of: 'ratio', atLeast: 0.8 }),
      figure(`${sockets} sockets connecting by TLS and password`, 'tls', null),
    ],
    breakdowns: [
      {
        title: 'By what sockets are let in',
        headings: [
          'door',
          'connects/s',
          'µs of CPU a connect: gateway',
          'PostgreSQL',
          'the client',
          'KB an idle socket',
        ],
        lines: DOORS.map((door) => [
          door,
          median(door, ({ connectsPerSecond }) => connectsPerSecond),
          median(door, ({ cpu }) => cpu.gateway),
          median(door, ({ cpu }) => cpu.postgres),
          median(door, ({ cpu }) => cpu.client),
          median(door, ({ kilobytes }) => kilobytes),
        ]),
      },
    ],
  };
}

async function waysIn(
  directory: string,
  databaseUrl: string,
  sockets: number,
): Promise<Record<DoorName, Way>> {
  const key = randomBytes(32);
  const password = newChargePointPassword();
  const ids = Array.from({ length: sockets }, (_, index) => `${CHARGE_POINT_PREFIX}${index}`);
  const hash = new SecretHash(key);
  const hashes = ids.map((id) => hash.ofPassword(id, Buffer.from(password)));
  await withClient(databaseUrl, (client) =>
    client.query(
      'insert into charge_point_passwords (charge_point_id, hash) select * from unnest ($1::text[], $2::bytea[])',
      [ids, hashes],
    ),
  );
  const ca = await CertificateAuthority.create(directory, 'ca');
  const server = await ca.issue({ name: 'server', names: 'IP:127.0.0.1' });
  const pem = (path: string): Promise<string> => readFile(path, 'utf8');
  const base = {
    ...{ DATABASE_URL: databaseUrl, GATEWAY_PORT: '0', GATEWAY_ADDRESS_RATE: '0' },
    UNKNOWN_CHARGE_POINTS: 'register',
    CREDENTIALS_KEY: key.toString('hex'),
  };
  const tls = { TLS_CERT_FILE: server.certFile, TLS_KEY_FILE: server.keyFile };
  const trust = { ca: await pem(ca.caFile) };
  return {
    open: { environment: { ...base, AUTHENTICATION: 'open' }, connect: {} },
    password: { environment: { ...base, AUTHENTICATION: 'required' }, connect: { password } },
    tls: {
      environment: { ...base, ...tls, AUTHENTICATION: 'required' },
      connect: { password, tls: trust },
    },
  };
}

async function measure(
  name: DoorName,
  { environment, connect }: Way,
  { sockets, postgresPid }: { readonly sockets: number; readonly postgresPid: number },
): Promise<Round> {
  await using child = Child.start('benchmarks/subjects/gateway', environment, {
    nodeArgs: ['--expose-gc', ...(profiling(`gateway-${name}`).nodeArgs ?? [])],
  });
  await using client = Child.start('benchmarks/load-client', {}, profiling(`client-${name}`));
  const { port } = await child.call<{ port: number }>('start');
  const all: ConnectRequest = { port, endpoint: 'ocpp', sockets: WARM_UP_SOCKETS, firstIndex: 0, ...connect };
  await client.call('open', all);
  await delay(SETTLE_MS);
  const used = async () => {
    const [gateway, driver] = [await child.call<Usage>('usage'), await client.call<Usage>('usage')];
    return { gateway, client: driver.cpuSeconds, postgres: postgresCpuSeconds(postgresPid) };
  };
  const before = await used();
  const { seconds } = await client.call<{ seconds: number }>('open', {
    ...{ ...all, sockets, firstIndex: WARM_UP_SOCKETS },
  });
  await delay(SETTLE_MS);
  const after = await used();
  await client.call('closeAll');
  const microseconds = (cpuSeconds: number): number => (cpuSeconds * 1e6) / sockets;
  return {
    connectsPerSecond: sockets / seconds,
    kilobytes: (after.gateway.residentBytes - before.gateway.residentBytes) / 1_000 / sockets,
    cpu: {
      gateway: microseconds(after.gateway.cpuSeconds - before.gateway.cpuSeconds),
      postgres: microseconds(after.postgres - before.postgres),
      client: microseconds(after.client - before.client),
    },
  };
}
