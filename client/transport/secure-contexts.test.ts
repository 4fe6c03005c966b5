import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CertificateAuthority, type Certificate } from '../../tests/harness/certificates.js';
import { readCredentials } from './credentials.js';

describe('certificates of a client', () => {
  let directory: string;
  let ca: CertificateAuthority;
  let mine: Certificate;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mp-certificates-'));
    ca = await CertificateAuthority.create(directory, 'ca');
    mine = await ca.issue({ name: 'CP-1' });
  });
  afterAll(() => rm(directory, { recursive: true }));

  const refusal = async (...given: Parameters<typeof readCredentials>): Promise<string> =>
    readCredentials(...given).then(
      () => 'none',
      (error: unknown) => String(error),
    );

  it('are none without a file, as Node connects by itself', async () => {
    const credentials = await readCredentials({});
    expect([credentials.secureContext(null), credentials.secureContext('CP-1')]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('are one for all charge points, and for a socket of several', async () => {
    const { certFile, keyFile } = mine;
    const credentials = await readCredentials({
      certificateFile: certFile,
      certificateKeyFile: keyFile,
    });
    expect(credentials.secureContext('CP-1')).toBeDefined();
    expect(credentials.secureContext('CP-2')).toBe(credentials.secureContext('CP-1'));
    expect(credentials.secureContext(null)).toBe(credentials.secureContext('CP-1'));
  });

  it('are of each charge point its own, and none of a socket of several', async () => {
    await ca.issue({ name: 'CP-2' });
    const credentials = await readCredentials({ certificatesDirectory: directory }, ['CP-1', 'CP-2']);
    expect(credentials.secureContext('CP-1')).toBeDefined();
    expect(credentials.secureContext('CP-2')).toBeDefined();
    expect(credentials.secureContext('CP-2')).not.toBe(credentials.secureContext('CP-1'));
    expect(credentials.secureContext(null)).toBeUndefined();
  });

  it('are looked for in their directory alone, whatever the id', async () => {
    const ids = ['../CP-1'];
    expect(await refusal({ certificatesDirectory: join(directory, 'none') }, ids)).toContain('..%2FCP-1.crt');
    for (const id of ['.', '..'])
      expect(await refusal({ certificatesDirectory: directory }, [id])).toContain(
        `${join(directory, `${id}.crt`)} can't be used: it could not be read`,
      );
  });

  it('are refused where one for all stands beside a directory, or lacks its key', async () => {
    const files = { certificatesDirectory: directory, certificateFile: mine.certFile };
    expect(await refusal({ ...files, certificateKeyFile: mine.keyFile })).toContain('go without one for all');
    expect(await refusal({ certificateFile: mine.certFile })).toContain('belong together');
    expect(await refusal({ certificateKeyFile: mine.keyFile })).toContain('belong together');
    const swapped = { certificateFile: mine.certFile, certificateKeyFile: mine.certFile };
    expect(await refusal(swapped)).toContain('not certificates in PEM');
  });
});
