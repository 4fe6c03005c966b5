import { appendFile, chown, copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import pg from 'pg';
import { startOwnPostgres } from '../integrity/system/own-postgres.js';
import { CertificateAuthority, type Certificate } from './certificates.js';
import { eventually } from './eventually.js';

export interface SecuredPostgres {
  /** Of the superuser, to 127.0.0.1, without parameters. */
  readonly url: string;
  readonly caFile: string;
  /** Of a CA that did not sign the server's certificate. */
  readonly otherCaFile: string;
  readonly server: Certificate;
  readonly expired: Certificate;
  readonly otherName: Certificate;
  /** Of a user `certified`, whom nothing else lets in. */
  readonly client: Certificate;
  readonly directory: string;
  /** Has the server show a certificate from the next connection on; null: it speaks no TLS. */
  show(certificate: Certificate | null): Promise<void>;
  stop(): Promise<void>;
}

/** A PostgreSQL of a test's own with `ssl = on`. */
export async function startSecuredPostgres(): Promise<SecuredPostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'meterpulse-certificates-'));
  const postgres = await startOwnPostgres();
  const cluster = join(postgres.dataDir, 'postgres');
  const owner = await stat(cluster);
  const [ca, other] = await Promise.all([
    CertificateAuthority.create(directory, 'ca'),
    CertificateAuthority.create(directory, 'other-ca'),
  ]);
  const here = 'DNS:localhost,IP:127.0.0.1';
  const server = await ca.issue({ name: 'server', names: here });
  /** PostgreSQL reads no key that others may read, or that isn't its own. */
  const give = async (from: string, name: string): Promise<void> => {
    await copyFile(from, join(cluster, name));
    await chown(join(cluster, name), owner.uid, owner.gid);
  };
  const admin = new pg.Client({ connectionString: postgres.url });
  await admin.connect();
  let shown: string | null = null;
  const show = async (certificate: Certificate | null): Promise<void> => {
    if (certificate !== null) {
      await give(certificate.certFile, 'server.crt');
      await give(certificate.keyFile, 'server.key');
    }
    await admin.query(`alter system set ssl = ${certificate === null ? 'off' : 'on'}`);
    await admin.query('select pg_reload_conf()');
    shown = certificate === null ? null : await readFile(certificate.certFile, 'utf8');
    await eventually(async () => {
      if ((await certificateShown(postgres.url)) !== shown) throw new Error('not yet');
    });
  };
  await give(ca.caFile, 'root.crt');
  await give(server.certFile, 'server.crt');
  await give(server.keyFile, 'server.key');
  await admin.query(`alter system set ssl_ca_file = 'root.crt'`);
  await admin.query('create role certified login; create role nowhere login');
  const hba = join(cluster, 'pg_hba.conf');
  const rules = await readFile(hba, 'utf8');
  await writeFile(
    hba,
    `hostssl all certified 127.0.0.1/32 cert\nhostssl all nowhere 127.0.0.1/32 scram-sha-256\n`,
  );
  await appendFile(hba, `host all nowhere 127.0.0.1/32 reject\n${rules}`);
  await show(server);
  return {
    url: postgres.url,
    caFile: ca.caFile,
    otherCaFile: other.caFile,
    server,
    expired: await ca.issue({ name: 'expired', names: here, days: -1 }),
    otherName: await ca.issue({ name: 'other-name', names: 'DNS:db.example.com' }),
    client: await ca.issue({ name: 'certified' }),
    directory,
    show,
    stop: async () => {
      await admin.end();
      await postgres.dispose();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** In PEM; null where the server speaks no TLS. */
async function certificateShown(url: string): Promise<string | null> {
  const client = new pg.Client({ connectionString: url, ssl: { rejectUnauthorized: false } });
  try {
    await client.connect();
    const stream = client.connection.stream as unknown as TLSSocket;
    return stream.getPeerX509Certificate()?.toString() ?? null;
  } catch (error) {
    if (String(error).includes('does not support SSL')) return null;
    throw error;
  } finally {
    await client.end();
  }
}
