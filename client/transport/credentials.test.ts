import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCredentials } from './credentials.js';

describe('credentials of a client', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mp-credentials-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  async function file(text: string): Promise<string> {
    const path = join(directory, 'file');
    await writeFile(path, text);
    return path;
  }
  const decoded = (header: string | undefined): string =>
    Buffer.from(header?.replace('Basic ', '') ?? '', 'base64').toString();

  it('are a key for /ingest', async () => {
    const credentials = await readCredentials({ keyFile: await file('mp_000000000000_abc-_\n') });
    expect(credentials.authorization(null)).toBe('Bearer mp_000000000000_abc-_');
    expect(credentials.authorization('CP-1')).toBeUndefined();
  });

  it('are a key that signs, with its secret below it, for /ingest alone', async () => {
    const secret = `ms_${'a'.repeat(43)}`;
    const credentials = await readCredentials({ keyFile: await file(`mp_000000000000_abc\r\n${secret}\n`) });
    expect(credentials.authorization(null)).toBe('Bearer mp_000000000000_abc');
    expect(credentials.signingSecret(null)).toBe(secret);
    expect(credentials.signingSecret('CP-1')).toBeUndefined();
    const without = await readCredentials({ keyFile: await file('mp_000000000000_abc') });
    expect(without.signingSecret(null)).toBeUndefined();
  });

  it('are a password for each charge point, whatever its id', async () => {
    const passwordsFile = await file('CP-1\tabc\r\nDepot\t7\tdef:g\n\nÄ 1\tx');
    const credentials = await readCredentials({ passwordsFile });
    expect(decoded(credentials.authorization('CP-1'))).toBe('CP-1:abc');
    expect(decoded(credentials.authorization('Depot\t7'))).toBe('Depot\t7:def:g');
    expect(decoded(credentials.authorization('Ä 1'))).toBe('Ä 1:x');
    expect(credentials.authorization('CP-2')).toBeUndefined();
    expect(credentials.authorization(null)).toBeUndefined();
  });

  it.each<['keyFile' | 'passwordsFile', string]>([
    ['keyFile', ''],
    ['keyFile', 'secret secret'],
    ['keyFile', 'secret\nsecret'],
    ['keyFile', 'secret\r\nX-Header: 1'],
    ['keyFile', 'secret\nms_secret'],
    ['keyFile', `secret\nms_${'a'.repeat(43)}\nsecret`],
    ['passwordsFile', 'CP-1 secret'],
    ['passwordsFile', '\tsecret'],
    ['passwordsFile', 'secret\t'],
  ])('are none in a %s of %j, and nothing of it is repeated', async (name, text) => {
    const failed = await readCredentials({ [name]: await file(text) }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'CREDENTIALS_UNREADABLE' });
    expect(String(failed)).not.toContain('secret');
  });

  it('name the file that is not there', async () => {
    const failed = await readCredentials({ keyFile: '/no/such/file' }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'CREDENTIALS_UNREADABLE' });
    expect(String(failed)).toContain('/no/such/file');
  });
});
