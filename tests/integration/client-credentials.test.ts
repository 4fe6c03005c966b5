import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChargePointPasswords } from '../../server/access/charge-point-passwords.js';
import { newChargePointPassword, SecretHash } from '../../server/access/secrets.js';
import { doScript, runClient } from '../harness/client-program.js';
import { startGateway } from '../harness/gateway.js';
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
