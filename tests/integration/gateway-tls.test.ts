import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { NO_AUDIT, type Auditor } from '../../server/audit/auditor.js';
import type { ClientOptions } from 'ws';
import { ChargePointPasswords } from '../../server/access/charge-point-passwords.js';
import { SecretHash } from '../../server/access/secrets.js';
import type { GatewayListener } from '../../server/gateway/gateway-options.js';
import type { ListenerTls } from '../../server/tls/listener-tls.js';
import { CertificateAuthority, type Certificate } from '../harness/certificates.js';
import { PATIENCE as soon } from '../harness/eventually.js';
import { meterValues, RawClient, startGateway, TestClient } from '../harness/gateway.js';
import { createTestTrust, listenerTls, type TestTrust } from '../harness/listener-tls.js';

const hash = new SecretHash(Buffer.alloc(32, 1));
const PASSWORD = 'a'.repeat(40);
const identity = new ChargePointPasswords({
  find: (ids) =>
    Promise.resolve(new Map(ids.map((id) => [id, [hash.ofPassword(id, Buffer.from(PASSWORD))]] as const))),
  hash,
});
const basic = (user: string, password = PASSWORD): ClientOptions => ({
  headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
});

describe('a gateway that speaks TLS', () => {
  let trust: TestTrust;
  let ca: string;
  beforeAll(async () => {
    trust = await createTestTrust();
    ca = await readFile(trust.serverCa.caFile, 'utf8');
  });
  afterAll(() => trust.remove());

  const serverFiles = () => ({ certFile: trust.server.certFile, keyFile: trust.server.keyFile });
  const mutual = (crlFile?: string): ListenerTls => {
    const clients = { caFile: trust.clientCa.caFile, ...(crlFile === undefined ? {} : { crlFile }) };
    return listenerTls({ ...serverFiles(), clients }, { name: 'gateway-mutual' });
  };
  const shown = async ({ certFile, keyFile }: Certificate): Promise<{ cert: Buffer; key: Buffer }> => ({
    cert: await readFile(certFile),
    key: await readFile(keyFile),
  });

  async function start(
    tls: ListenerTls | null,
    otherListeners: GatewayListener[] = [],
    audit: Auditor = NO_AUDIT,
  ) {
    const started = await startGateway({ tls, otherListeners }, { identity, audit });
    const url = (id: string, port = started.port) => `wss://localhost:${port}/ocpp/${encodeURIComponent(id)}`;
    const open = (id: string, options: ClientOptions & { servername?: string } = {}, port = started.port) =>
      TestClient.open(url(id, port), 'ocpp1.6', { ca, ...options });
    return { ...started, open };
  }

  async function readingIsTaken(client: TestClient): Promise<void> {
    client.send([2, 'v', 'MeterValues', meterValues()]);
    await vi.waitFor(() => expect(client.json()).toEqual([[3, 'v', {}]]), soon);
  }

  /** Of a listener: how many were refused, and why. */
  const refusals = async ({ metrics }: ListenerTls): Promise<Record<string, number>> =>
    Object.fromEntries(
      (await metrics.refused.get()).values
        .filter(({ value }) => value > 0)
        .map(({ labels, value }) => [String(labels.reason), value] as const),
    );

  it('takes readings of profile 2, by TLS 1.2 and 1.3, and not without the password', async () => {
    const { open, port } = await start(listenerTls(serverFiles()));
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      await readingIsTaken(
        await open('CP-1', { ...basic('CP-1'), minVersion: version, maxVersion: version }),
      );
    }
    await expect(open('CP-1')).rejects.toThrow('HTTP 401');
    await expect(open('CP-1', basic('CP-1', 'b'.repeat(40)))).rejects.toThrow('HTTP 401');
    await expect(open('CP-1', basic('CP-2'))).rejects.toThrow('HTTP 401');
    // Whoever trusts another CA, or asked for another name, hangs up.
    await expect(TestClient.open(`wss://localhost:${port}/ocpp/CP-1`, 'ocpp1.6')).rejects.toThrow(
      /certificate/,
    );
    await expect(open('CP-1', { servername: 'other.example.com' })).rejects.toThrow(/other\.example\.com/);
  });

  it('speaks nothing older than TLS 1.2, and no plain HTTP, on that port', async () => {
    const tls = listenerTls(serverFiles());
    const { port } = await start(tls);
    const old = connect({
      port,
      ca,
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const failed = await new Promise<Error>((resolve) => old.once('error', resolve));
    expect(failed.message).toMatch(/protocol version|unsupported protocol|no protocols/);
    const plain = new RawClient(port).upgrade('/ocpp/CP-1');
    await plain.closed;
    expect(plain.received).toBe('');
    await vi.waitFor(async () => expect((await refusals(tls))['handshake']).toBeGreaterThanOrEqual(1), soon);
  });

  it('takes each profile on a port of its own at the same time', async () => {
    const plainListener = { port: 0, variable: 'GATEWAY_PLAIN_PORT', tls: null };
    const mutualListener = { port: 0, variable: 'GATEWAY_MUTUAL_TLS_PORT', tls: mutual() };
    const registry = new Registry();
    const { gateway, port } = await startGateway(
      { tls: listenerTls(serverFiles()), otherListeners: [plainListener, mutualListener] },
      { identity, registry },
    );
    const [first, plain = 0, third = 0] = gateway.ports;
    expect(first).toBe(port);
    const own = await shown(await trust.clientCa.issue({ name: 'CP-3' }));
    const clients = [
      await TestClient.open(`ws://localhost:${plain}/ocpp/CP-1`, 'ocpp1.6', basic('CP-1')),
      await TestClient.open(`wss://localhost:${port}/ocpp/CP-2`, 'ocpp1.6', { ca, ...basic('CP-2') }),
      await TestClient.open(`wss://localhost:${third}/ocpp/CP-3`, 'ocpp1.6', { ca, ...own }),
    ];
    for (const client of clients) await readingIsTaken(client);
    expect(gateway.size).toBe(3);
    // A certificate is none where it isn't asked for, and a password none where a certificate is.
    await expect(
      TestClient.open(`wss://localhost:${port}/ocpp/CP-3`, 'ocpp1.6', { ca, ...own }),
    ).rejects.toThrow('HTTP 401');
    await expect(
      TestClient.open(`wss://localhost:${third}/ocpp/CP-2`, 'ocpp1.6', { ca, ...basic('CP-2') }),
    ).rejects.toThrow(/certificate required|hang up|ECONNRESET/);
  });

  it('counts what comes over TLS by its own bytes, and closes it at a stop as any other', async () => {
    const { open, gateway } = await start(listenerTls(serverFiles()));
    const client = await open('CP-1', basic('CP-1'));
    for (let i = 0; i < 50; i++) client.ws.ping();
    await vi.waitFor(() => expect(client.ws.readyState).toBe(client.ws.OPEN), soon);
    await readingIsTaken(client);
    await gateway.stop();
    expect(await client.closed).toMatchObject({ code: 1012 });
  });

  it('counts each connection of an address once', async () => {
    const { port } = await startGateway(
      { tls: listenerTls(serverFiles()), addressConnections: 2 },
      { identity },
    );
    const open = (id: string) =>
      TestClient.open(`wss://localhost:${port}/ocpp/${id}`, 'ocpp1.6', { ca, ...basic(id) });
    await readingIsTaken(await open('CP-1'));
    await readingIsTaken(await open('CP-2'));
    await expect(open('CP-3')).rejects.toThrow();
  });

  describe('and has charge points show certificates', () => {
    it.each<[string, { name: string; names?: string; subject?: string }, string]>([
      ['its common name', { name: 'cn', subject: '/O=Acme/CN=CP-1' }, 'CP-1'],
      ['an alternative name', { name: 'san', subject: '/O=Acme', names: 'DNS:CP-2,DNS:CP-1' }, 'CP-1'],
      ['one of several common names', { name: 'cns', subject: '/CN=Acme/CN=CP-1' }, 'CP-1'],
      ['a name of letters of any kind', { name: 'any', subject: '/CN=Säule 7, links' }, 'Säule 7, links'],
    ])('lets one in by %s', async (_, request, id) => {
      const { open } = await start(mutual());
      await readingIsTaken(await open(id, await shown(await trust.clientCa.issue(request))));
    });

    it('lets nobody in by the certificate of another, however alike', async () => {
      const { open, metric } = await start(mutual());
      const own = await shown(
        await trust.clientCa.issue({
          name: 'own',
          subject: '/O=CP-2/CN=CP-1',
          names: 'DNS:CP-3,URI:urn:CP-4',
        }),
      );
      const others = ['CP-2', 'cp-1', 'CP-1 ', 'СР-1', 'CP-1.', 'CP-4', 'urn:CP-4', 'CP-', 'CP-11'];
      for (const id of others) await expect(open(id, own), id).rejects.toThrow('HTTP 403');
      expect(await metric('meterpulse_gateway_connections_total', { outcome: 'unauthorised' })).toBe(
        others.length,
      );
      const quoting = await shown(
        await trust.clientCa.issue({
          name: 'quoting',
          subject: '/CN=CP-8, CN=CP-9\\/CN=CP-7',
          names: 'DNS:x',
        }),
      );
      for (const id of ['CP-8', 'CP-9', 'CP-7'])
        await expect(open(id, quoting), id).rejects.toThrow('HTTP 403');
    });

    it('refuses no certificate, one of another CA, an expired one, one for servers, and counts why', async () => {
      const tls = mutual();
      const told: string[] = [];
      const { open } = await start(tls, [], {
        refused: ({ action, address, reason }) => told.push(`${action} ${address ?? ''} ${reason}`),
        note: () => undefined,
      });
      const foreignCa = await CertificateAuthority.create(trust.directory, 'foreign-ca');
      // Of the same name as ours, which signed it not.
      const samename = await CertificateAuthority.create(await subdirectory(trust), 'client-ca');
      const [foreign, lookalike, expired, forServers] = await Promise.all([
        foreignCa.issue({ name: 'foreign', subject: '/CN=CP-1' }),
        samename.issue({ name: 'lookalike', subject: '/CN=CP-1' }),
        trust.clientCa.issue({ name: 'expired', subject: '/CN=CP-1', days: -1 }),
        trust.clientCa.issue({ name: 'for-servers', subject: '/CN=CP-1', usage: 'serverAuth' }),
      ]);
      const refused = /certificate|hang up|ECONNRESET|EPIPE|alert/;
      await expect(open('CP-1')).rejects.toThrow(refused);
      for (const each of [foreign, lookalike, expired, forServers]) {
        await expect(open('CP-1', await shown(each))).rejects.toThrow(refused);
      }
      const selfSigned = {
        cert: await readFile(foreignCa.caFile),
        key: await readFile(join(trust.directory, 'foreign-ca.key')),
      };
      await expect(open('CP-1', selfSigned)).rejects.toThrow(refused);
      await vi.waitFor(
        async () => expect(await refusals(tls)).toEqual({ no_certificate: 1, untrusted: 4, expired: 1 }),
        soon,
      );
      expect(new Set(told.map((each) => each.replace('::ffff:', '').replace('::1', '127.0.0.1')))).toEqual(
        new Set([
          'connect.gateway 127.0.0.1 tls: no_certificate',
          'connect.gateway 127.0.0.1 tls: untrusted',
          'connect.gateway 127.0.0.1 tls: expired',
        ]),
      );
      expect(told).toHaveLength(6);
    });

    it('refuses a revoked certificate, closes its sockets, and lets the others be', async () => {
      const crlFile = join(trust.directory, 'revoked.crl');
      await trust.clientCa.writeRevocationList(crlFile);
      const tls = mutual(crlFile);
      const { open, metric } = await start(tls);
      const [stolen, other] = await Promise.all(
        ['stolen', 'other'].map((name) => trust.clientCa.issue({ name })),
      );
      if (stolen === undefined || other === undefined) throw new Error('no certificates');
      const [thief, honest] = [
        await open('stolen', await shown(stolen)),
        await open('other', await shown(other)),
      ];
      await trust.clientCa.writeRevocationList(crlFile, { revoking: [stolen] });
      expect(await thief.closed).toEqual({ code: 1008, reason: 'the certificate is revoked' });
      await readingIsTaken(honest);
      await expect(open('stolen', await shown(stolen))).rejects.toThrow(/revoked|hang up|ECONNRESET/);
      await readingIsTaken(await open('other', await shown(other)));
      expect(await refusals(tls)).toEqual({ revoked: 1 });
      expect(await metric('meterpulse_gateway_closed_total', { reason: 'revoked' })).toBe(1);
    });

    it('goes on with the revocation list of before while the new one is half written', async () => {
      const crlFile = join(trust.directory, 'half.crl');
      const stolen = await trust.clientCa.issue({ name: 'half-stolen' });
      await trust.clientCa.writeRevocationList(crlFile, { revoking: [stolen] });
      const tls = mutual(crlFile);
      const { open } = await start(tls);
      const whole = await readFile(crlFile, 'utf8');
      await writeFile(crlFile, whole.slice(0, whole.length / 2));
      await vi.waitFor(async () => expect(await reloads(tls, 'failed')).toBeGreaterThan(0), soon);
      await expect(open('half-stolen', await shown(stolen))).rejects.toThrow(/revoked|hang up|ECONNRESET/);
      expect(await reloads(tls, 'taken')).toBe(0);
    });

    it.each(['TLSv1.2', 'TLSv1.3'] as const)(
      'lets a revoked certificate in by no session of before, by %s',
      async (maxVersion) => {
        const crlFile = join(trust.directory, `resumed-${maxVersion}.crl`);
        await trust.clientCa.writeRevocationList(crlFile);
        const { port } = await start(mutual(crlFile));
        const options = { port, ca, maxVersion, servername: 'localhost' };
        const certificate = await trust.clientCa.issue({ name: `resuming-${maxVersion}` });
        const first = await request({ ...options, ...(await shown(certificate)) });
        const { session } = first;
        // What a client keeps, if the server has given it anything to keep.
        const again = await request({
          ...options,
          ...(await shown(certificate)),
          ...(session === undefined ? {} : { session }),
        });
        expect(again.resumed).toBe(false);
        expect(first.answered && again.answered).toBe(true);
      },
    );

    it('refuses everybody while its revocation list is out of date', async () => {
      const crlFile = join(trust.directory, 'old.crl');
      await trust.clientCa.writeRevocationList(crlFile, { seconds: 1 });
      const tls = mutual(crlFile);
      const { open } = await start(tls);
      const certificate = await shown(await trust.clientCa.issue({ name: 'late' }));
      await vi.waitFor(async () => {
        await expect(open('late', certificate)).rejects.toThrow(/certificate|hang up|ECONNRESET/);
      }, soon);
      expect(Object.keys(await refusals(tls))).toEqual(['revocation_list']);
      await trust.clientCa.writeRevocationList(crlFile);
      await vi.waitFor(() => open('late', certificate), soon);
    });
  });

  describe('whose files change', () => {
    it('shows the new certificate to who connects next, and keeps who is there', async () => {
      const directory = trust.directory;
      const files = { certFile: join(directory, 'live.crt'), keyFile: join(directory, 'live.key') };
      const put = async ({ certFile, keyFile }: Certificate): Promise<void> => {
        await copyFile(keyFile, `${files.keyFile}.new`);
        await copyFile(certFile, `${files.certFile}.new`);
        await rename(`${files.keyFile}.new`, files.keyFile);
        await rename(`${files.certFile}.new`, files.certFile);
      };
      await put(trust.server);
      const tls = listenerTls(files);
      const { open, port } = await start(tls);
      const before = await open('CP-1', basic('CP-1'));
      const next = await trust.serverCa.issue({ name: 'next', names: 'DNS:localhost' });
      await put(next);
      await vi.waitFor(async () => expect(await commonNameOf(port, ca)).toBe('next'), soon);
      await readingIsTaken(before);
      await readingIsTaken(await open('CP-2', basic('CP-2')));
      expect(await expiryOf(tls)).toBeGreaterThan(Date.now() / 1_000);

      // A key of another certificate, half a file, none: what was in force goes on.
      await writeFile(files.keyFile, await readFile(trust.server.keyFile));
      await vi.waitFor(async () => expect(await reloads(tls, 'failed')).toBeGreaterThan(0), soon);
      expect(await commonNameOf(port, ca)).toBe('next');
      await put(trust.server);
      await vi.waitFor(async () => expect(await commonNameOf(port, ca)).toBe('server'), soon);
    });

    it('takes a CA of clients that came later, and no longer one that is gone', async () => {
      const caFile = join(trust.directory, 'changing-ca.crt');
      await copyFile(trust.clientCa.caFile, caFile);
      const { open } = await start(listenerTls({ ...serverFiles(), clients: { caFile } }));
      const nextCa = await CertificateAuthority.create(trust.directory, 'next-client-ca');
      const [old, next] = [
        await shown(await trust.clientCa.issue({ name: 'old-one', subject: '/CN=CP-1' })),
        await shown(await nextCa.issue({ name: 'next-one', subject: '/CN=CP-1' })),
      ];
      await open('CP-1', old);
      await expect(open('CP-1', next)).rejects.toThrow();
      await writeFile(caFile, `${await readFile(caFile, 'utf8')}${await readFile(nextCa.caFile, 'utf8')}`);
      await vi.waitFor(() => open('CP-1', next), soon);
      await open('CP-1', old);
      await copyFile(nextCa.caFile, caFile);
      await vi.waitFor(() => expect(open('CP-1', old)).rejects.toThrow(), soon);
      await open('CP-1', next);
    });
  });

  it('does not start with a key that is not that of the certificate, and shows neither', async () => {
    const other = await trust.serverCa.issue({ name: 'mismatch' });
    const tls = listenerTls({ certFile: trust.server.certFile, keyFile: other.keyFile });
    const failure = await startGateway({ tls }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(String(failure)).toContain("TLS of the listener 'gateway': ");
    expect(String(failure)).not.toContain('BEGIN');
  });

  it('cuts off who only connects, or sends what is no TLS, in bounded time', async () => {
    const tls = listenerTls(serverFiles());
    const { port } = await start(tls);
    const garbage = new RawClient(port);
    garbage.socket.write(Buffer.alloc(4_096, 0xff));
    await garbage.closed;
    await vi.waitFor(async () => expect((await refusals(tls))['handshake']).toBe(1), soon);
  });
});

async function subdirectory({ directory }: TestTrust): Promise<string> {
  const path = join(directory, 'lookalikes');
  await mkdir(path, { recursive: true });
  return path;
}

/** One HTTP request over TLS: whether its session was one of before, and the session that was given for the next time. */
async function request(
  options: ConnectionOptions,
): Promise<{ resumed: boolean; answered: boolean; session: Buffer | undefined }> {
  const socket: TLSSocket = connect(options);
  onTestFinished(() => void socket.destroy());
  let session: Buffer | undefined;
  let heard = '';
  socket.on('session', (given) => (session = given));
  socket.on('data', (data: Buffer) => (heard += data.toString('latin1')));
  await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  const resumed = socket.isSessionReused();
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return { resumed, answered: heard.startsWith('HTTP/1.1 404'), session };
}

async function commonNameOf(port: number, ca: string): Promise<unknown> {
  const socket = connect({ port, ca, servername: 'localhost' });
  onTestFinished(() => void socket.destroy());
  await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return subject.CN;
}

async function reloads({ metrics }: ListenerTls, outcome: string): Promise<number> {
  const found = (await metrics.reloads.get()).values.find(({ labels }) => labels.outcome === outcome);
  return found?.value ?? 0;
}

async function expiryOf({ metrics }: ListenerTls): Promise<number> {
  return (await metrics.expires.get()).values[0]?.value ?? 0;
}
