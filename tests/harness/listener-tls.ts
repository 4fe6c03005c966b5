import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { Registry } from 'prom-client';
import type { ListenerName, ListenerTls, TlsFiles } from '../../server/tls/listener-tls.js';
import { tlsMetrics } from '../../server/tls/tls-metrics.js';
import { CertificateAuthority, type Certificate } from './certificates.js';

/** How a listener under test speaks TLS; its files are looked at all the time. */
export function listenerTls(
  files: TlsFiles,
  { name = 'gateway', registry = new Registry() }: { name?: ListenerName; registry?: Registry } = {},
): ListenerTls {
  const logger = pino({ level: 'silent' });
  return { name, files, minVersion: 'TLSv1.2', reloadMs: 20, logger, metrics: tlsMetrics(registry) };
}

/** A CA of servers, one of charge points, and a certificate of a server for this machine. */
export interface TestTrust {
  readonly directory: string;
  readonly serverCa: CertificateAuthority;
  readonly clientCa: CertificateAuthority;
  readonly server: Certificate;
  remove(): Promise<void>;
}

export async function createTestTrust(): Promise<TestTrust> {
  const directory = await mkdtemp(join(tmpdir(), 'meterpulse-tls-'));
  const [serverCa, clientCa] = await Promise.all([
    CertificateAuthority.create(directory, 'server-ca'),
    CertificateAuthority.create(directory, 'client-ca'),
  ]);
  const server = await serverCa.issue({ name: 'server', names: 'DNS:localhost,IP:127.0.0.1' });
  return {
    ...{ directory, serverCa, clientCa, server },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
