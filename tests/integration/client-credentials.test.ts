import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChargePointPasswords } from '../../server/access/charge-point-passwords.js';
import { newChargePointPassword, SecretHash } from '../../server/access/secrets.js';
import { doScript, runClient } from '../harness/client-program.js';
import { meterValues, startGateway } from '../harness/gateway.js';
import { createTestTrust, listenerTls, type TestTrust } from '../harness/listener-tls.js';
import { meterpulse } from '../harness/meterpulse.js';

const hash = new SecretHash(Buffer.alloc(32, 1));
const password = newChargePointPassword();
const identity = new ChargePointPasswords({
  find: (ids) =>
    Promise.resolve(new Map(ids.map((id) => [id, [hash.ofPassword(id, Buffer.from(password))]] as const))),
  hash,
});

describe('what comes from outside by wss:', () => {
  let trust: TestTrust;
  let passwordsFile: string;
  beforeAll(async () => {
    trust = await createTestTrust();
    passwordsFile = join(trust.directory, 'passwords.tsv');
    const ids = ['CP-1', 'CP-2', 'SIM-1', 'SIM-2'];
    await writeFile(passwordsFile, ids.map((id) => `${id}\t${password}\n`).join(''));
  });
  afterAll(() => trust.remove());

  const serverFiles = () => ({ certFile: trust.server.certFile, keyFile: trust.server.keyFile });
  const ofServer = () => ['--ca-file', trust.serverCa.caFile];
  const start = () => startGateway({ tls: listenerTls(serverFiles()) }, { identity });

  it('is the interactive client, as whichever charge point it is told to be', async () => {
    const { port, log } = await start();
    const { code, stdout, stderr } = await doScript([
      ...['--url', `wss://localhost:${port}`, ...ofServer(), '--passwords-file', passwordsFile],
      ...['--exec', 'boot; send 1 kWh; connect CP-2; send 2 kWh'],
    ]);
    expect([code, stderr]).toEqual([0, '']);
    expect(new Set(log.messages.map(({ key }) => key))).toEqual(new Set(['CP-1', 'CP-2']));
    expect(stdout).not.toContain(password);
  });

  it('is told when it has no password, and when it does not trust the server', async () => {
    const { port } = await start();
    const url = ['--url', `wss://localhost:${port}`];
    const script = ['--exec', 'send 1 kWh', '--timeout', '2s'];
    const unknown = await doScript([...url, ...ofServer(), ...script]);
    expect(unknown.code).toBe(1);
    expect(unknown.stdout + unknown.stderr).toContain('401');
    const distrusting = await doScript([...url, '--passwords-file', passwordsFile, ...script]);
    expect(distrusting.code).toBe(1);
    expect(distrusting.stdout + distrusting.stderr).toMatch(/certificate/);
  });

  it('shows the certificate of a charge point where that is asked for', async () => {
    const tls = listenerTls(
      { ...serverFiles(), clients: { caFile: trust.clientCa.caFile } },
      { name: 'gateway-mutual' },
    );
    const { port, log } = await startGateway({ tls }, { identity });
    const mine = await trust.clientCa.issue({ name: 'CP-1', subject: '/CN=CP-1', usage: 'clientAuth' });
    const own = ['--certificate-file', mine.certFile, '--certificate-key-file', mine.keyFile];
    const url = ['--url', `wss://localhost:${port}`, ...ofServer()];
    const { code } = await doScript([...url, ...own, '--exec', 'send 1 kWh']);
    expect(code).toBe(0);
    expect(log.messages).not.toHaveLength(0);
    const other = await doScript([...url, ...own, '--id', 'CP-2', '--exec', 'send 1 kWh', '--timeout', '2s']);
    expect(other.code).toBe(1);
  });

  it('is a fleet that is simulated', async () => {
    const { port, log } = await start();
    const args = [
      '--charge-points',
      '2',
      '--protocol',
      'ocpp1.6',
      '--rate',
      '20',
      '--duration',
      '1s',
      '--json',
    ];
    const run = await meterpulse([
      ...['simulate', '--url', `wss://localhost:${port}`, ...ofServer()],
      ...['--passwords-file', passwordsFile, ...args],
    ]);
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(log.messages.length).toBeGreaterThan(0);
  });

  describe('where each charge point shows a certificate', () => {
    const startMutual = () =>
      startGateway(
        {
          tls: listenerTls(
            { ...serverFiles(), clients: { caFile: trust.clientCa.caFile } },
            { name: 'gateway-mutual' },
          ),
        },
        { identity },
      );
    const fleet = (port: number, ...args: string[]) =>
      meterpulse([
        ...['simulate', '--url', `wss://localhost:${port}`, ...ofServer(), '--json'],
        ...['--rate', '40', '--duration', '1s', ...args],
      ]);
    const issue = (name: string, names?: string) =>
      trust.clientCa.issue({ name, usage: 'clientAuth', ...(names === undefined ? {} : { names }) });

    it('is a fleet of which each shows its own, in one process or in two', async () => {
      await issue('OWN-1');
      await issue('OWN-2');
      const { port, log } = await startMutual();
      const own = ['--prefix', 'OWN-', '--charge-points', '2', '--certificates-directory', trust.directory];
      for (const processes of ['1', '2']) {
        log.messages.length = 0;
        const { code, stderr } = await fleet(port, ...own, '--processes', processes);
        expect([code, stderr]).toEqual([0, '']);
        expect(new Set(log.messages.map(({ key }) => key))).toEqual(new Set(['OWN-1', 'OWN-2']));
      }
    });

    it('is a fleet with one certificate that names all of them', async () => {
      const { certFile, keyFile } = await issue('fleet', 'DNS:ALL-1,DNS:ALL-2');
      const { port, log } = await startMutual();
      const shown = ['--certificate-file', certFile, '--certificate-key-file', keyFile];
      const { code, stderr } = await fleet(port, '--prefix', 'ALL-', '--charge-points', '2', ...shown);
      expect([code, stderr]).toEqual([0, '']);
      expect(new Set(log.messages.map(({ key }) => key))).toEqual(new Set(['ALL-1', 'ALL-2']));
    });

    it('is a replay, by OCPP and each charge point with its own', async () => {
      await issue('ROW 1');
      await rename(join(trust.directory, 'ROW 1.crt'), join(trust.directory, 'ROW%201.crt'));
      await rename(join(trust.directory, 'ROW 1.key'), join(trust.directory, 'ROW%201.key'));
      const { port, log } = await startMutual();
      const payload = JSON.stringify(meterValues()).replaceAll('"', '""');
      const file = join(trust.directory, 'rows.csv');
      await writeFile(file, `charge_point_id,payload\nROW 1,"${payload}"\n`);
      const replay = (...args: string[]) =>
        meterpulse(['replay', '--file', file, '--url', `wss://localhost:${port}`, ...ofServer(), ...args]);
      const own = ['--certificates-directory', trust.directory];
      const { code, stderr } = await replay('--protocol', 'ocpp1.6', '--strict', ...own);
      expect([code, stderr]).toEqual([0, '']);
      expect(log.messages.map(({ key }) => key)).toEqual(['ROW 1']);
      const shared = await replay(...own);
      expect(shared.code).toBe(1);
      expect(shared.stderr).toContain('--certificates-directory should be: for protocol ocpp1.6');
    });

    it('is told whose certificate is not there, before anything connects', async () => {
      await issue('HALF-1');
      const { port, log } = await startMutual();
      const half = ['--prefix', 'HALF-', '--charge-points', '2', '--certificates-directory', trust.directory];
      const { code, stderr } = await fleet(port, ...half);
      expect(code).toBe(1);
      expect(stderr).toContain(`${join(trust.directory, 'HALF-2.crt')} can't be used: it could not be read`);
      expect(log.messages).toEqual([]);
    });

    it('is told why it has no connection where it shows one that is not trusted', async () => {
      const { certFile, keyFile } = await trust.serverCa.issue({ name: 'foreign', usage: 'clientAuth' });
      const { port } = await startMutual();
      const { code, stderr } = await meterpulse([
        ...['replay', '--file', 'Files/meter-values-sample.xlsx', '--connect-within', '1'],
        ...['--url', `wss://localhost:${port}`, ...ofServer()],
        ...['--certificate-file', certFile, '--certificate-key-file', keyFile],
      ]);
      expect(code).toBe(1);
      expect(stderr).toMatch(/No connection to wss:.*(alert|ECONNRESET|EPIPE|disconnected|hang up)/i);
    });
  });

  it.each<[string, () => string[], string]>([
    ['has no certificate', () => ['--ca-file', passwordsFile], 'there is no certificate in it'],
    ['is not there', () => ['--ca-file', join(trust.directory, 'none')], 'it could not be read'],
    [
      'has a certificate without its key',
      () => ['--certificate-file', trust.server.certFile],
      'belong together',
    ],
    [
      'has another key',
      () => ['--certificate-file', trust.server.certFile, '--certificate-key-file', passwordsFile],
      'not certificates in PEM',
    ],
  ])('is told what is wrong with a file that %s', async (_, args, message) => {
    const { code, stderr } = await runClient([...args(), '--exec', 'send 1 kWh']);
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain(password);
  });
});
