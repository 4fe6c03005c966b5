import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Certificate {
  /** In PEM. */
  readonly certFile: string;
  readonly keyFile: string;
  /** Both in one file, as Kafka wants them. */
  readonly bothFile: string;
}

export interface CertificateRequest {
  readonly name: string;
  /** As in `DNS:localhost,IP:127.0.0.1`. */
  readonly names?: string;
  /** Of the subject, as in `/O=Acme/CN=CP-1`; default: the name as CN. */
  readonly subject?: string;
  /** As in `serverAuth`; default: for everything. */
  readonly usage?: string;
  /** From now on, days; a negative number has it expired. Default 1. */
  readonly days?: number;
}

/** A certification authority of a test's own, by openssl, in a directory of the test's. */
export class CertificateAuthority {
  readonly caFile: string;
  readonly #directory: string;
  readonly #name: string;

  private constructor(directory: string, name: string) {
    this.#directory = directory;
    this.#name = name;
    this.caFile = join(directory, `${name}.crt`);
  }

  static async create(directory: string, name: string): Promise<CertificateAuthority> {
    const ca = new CertificateAuthority(directory, name);
    const out = ['-keyout', join(directory, `${name}.key`), '-out', ca.caFile];
    await openssl('req', '-x509', '-days', '1', '-subj', `/CN=${name}`, ...NEW_KEY, ...out);
    return ca;
  }

  async issue({
    name,
    names,
    subject = `/CN=${name}`,
    usage,
    days = 1,
  }: CertificateRequest): Promise<Certificate> {
    const file = (extension: string): string => join(this.#directory, `${name}.${extension}`);
    const out = ['-keyout', file('key'), '-out', file('csr')];
    await openssl('req', '-new', '-subj', subject, '-utf8', ...NEW_KEY, ...out);
    const extensions = [
      ...(names === undefined ? [] : [`subjectAltName=${names}\n`]),
      ...(usage === undefined ? [] : [`extendedKeyUsage=${usage}\n`]),
    ];
    await writeFile(file('ext'), extensions.join(''));
    // Its own, not that of a file, which several that are issued at once would write together.
    const serial = ['-set_serial', `0x${randomUUID().replaceAll('-', '')}`];
    const ca = ['-CA', this.caFile, '-CAkey', join(this.#directory, `${this.#name}.key`), ...serial];
    const times = ['-days', String(days), '-extfile', file('ext')];
    await openssl('x509', '-req', '-in', file('csr'), '-out', file('crt'), ...ca, ...times);
    const parts = await Promise.all([readFile(file('key'), 'utf8'), readFile(file('crt'), 'utf8')]);
    await writeFile(file('pem'), parts.join(''));
    return { certFile: file('crt'), keyFile: file('key'), bothFile: file('pem') };
  }

  /** Writes the list of what was revoked to `crlFile`; `revoking` is on it from now on. */
  async writeRevocationList(
    crlFile: string,
    { revoking = [], seconds = 86_400 }: { revoking?: readonly Certificate[]; seconds?: number } = {},
  ): Promise<void> {
    const file = (extension: string): string => join(this.#directory, `${this.#name}.${extension}`);
    if (!existsSync(file('index'))) {
      await writeFile(file('index'), '');
      const lines = ['[ca]', 'default_ca=d', '[d]', `database=${file('index')}`, 'default_md=sha256'];
      await writeFile(file('cnf'), lines.join('\n'));
    }
    const ca = ['-config', file('cnf'), '-cert', this.caFile, '-keyfile', file('key')];
    for (const { certFile } of revoking) await openssl('ca', ...ca, '-revoke', certFile);
    await openssl('ca', ...ca, '-gencrl', '-crlsec', String(seconds), '-out', file('list'));
    // At once, as whoever renews files should.
    await rename(file('list'), crlFile);
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

async function openssl(...args: string[]): Promise<void> {
  await promisify(execFile)('openssl', args);
}
