import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectionSettings } from './connection-settings.js';

const URL_ALONE = 'postgres://u:p@db:5432/m';
const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'meterpulse-settings-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const written = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const withParameters = (url: string, parameters: Record<string, string>): string =>
  `${url}?${new URLSearchParams(parameters).toString()}`;

describe('connectionSettings', () => {
  it.each([URL_ALONE, `${URL_ALONE}?application_name=x`])('leaves %s as it is', (url) => {
    expect(connectionSettings(url)).toEqual({ connectionString: url });
  });

  it.each([
    ['sslmode=disable', false],
    ['ssl=0', false],
    ['sslmode=no-verify', { rejectUnauthorized: false }],
    ['ssl=no-verify', { rejectUnauthorized: false }],
    ['sslmode=prefer', { rejectUnauthorized: true }],
    ['sslmode=require', { rejectUnauthorized: true }],
    ['sslmode=verify-full', { rejectUnauthorized: true }],
    ['sslmode=verify-full&sslrootcert=system', { rejectUnauthorized: true }],
    ['ssl=true', { rejectUnauthorized: true }],
    ['uselibpqcompat=true&sslmode=require', { rejectUnauthorized: false }],
    ['uselibpqcompat=true&sslmode=verify-full', { rejectUnauthorized: true }],
  ])('takes %s', (parameters, ssl) => {
    expect(connectionSettings(`${URL_ALONE}?${parameters}`)).toEqual({ connectionString: URL_ALONE, ssl });
  });

  it('verifies the CA alone where verify-ca says so, and by a CA without a mode the name too', () => {
    const ca = written('ca.pem', CERTIFICATE);
    const ofCa = connectionSettings(withParameters(URL_ALONE, { sslmode: 'verify-ca', sslrootcert: ca }));
    expect(ofCa.ssl).toEqual({
      rejectUnauthorized: true,
      ca: CERTIFICATE,
      checkServerIdentity: expect.any(Function) as unknown,
    });
    const full = connectionSettings(withParameters(URL_ALONE, { sslrootcert: ca }));
    expect(full).toEqual({
      connectionString: URL_ALONE,
      ssl: { rejectUnauthorized: true, ca: CERTIFICATE },
    });
  });

  it('reads a password from its file each time, whatever letters it has', () => {
    const passwordfile = written('password', 'p%20@:/?#w\n');
    const url = withParameters('postgres://u@db/m', { passwordfile });
    const passwordNow = (): string =>
      decodeURIComponent(new URL(connectionSettings(url).connectionString).password);
    expect(passwordNow()).toBe('p%20@:/?#w');
    written('password', 'rotated\n');
    expect(passwordNow()).toBe('rotated');
  });

  it('reads the URL from its file each time, and adds what it lacks of TLS', () => {
    const urlfile = written('url', `${URL_ALONE}\n`);
    const url = withParameters('postgres://u@db:5432/m', {
      urlfile,
      sslrootcert: written('ca.pem', CERTIFICATE),
    });
    expect(connectionSettings(url).connectionString).toBe(URL_ALONE);
    written('url', 'postgres://v:q@other/m?sslmode=verify-full');
    expect(connectionSettings(url)).toEqual({
      connectionString: 'postgres://v:q@other/m',
      ssl: { rejectUnauthorized: true, ca: CERTIFICATE },
    });
  });

  it('finds its own among several URLs of a file', () => {
    const urlsfile = written('urls', 'postgres://u:1@a/m, postgres://u:2@b:5433/m');
    const of = (host: string): string => withParameters(`postgres://u@${host}/m`, { urlsfile });
    expect(connectionSettings(of('b:5433')).connectionString).toBe('postgres://u:2@b:5433/m');
    expect(() => connectionSettings(of('c'))).toThrow('has no URL of c any more');
  });

  it.each([
    ['urlfile', 'hunter2', 'has no URL such as'],
    ['urlfile', 'postgres://u:hunter2@[/m', 'has no URL such as'],
    ['passwordfile', 'hunter2\nhunter2', 'it has more than one line'],
    ['sslrootcert', 'hunter2', 'it has no certificate in PEM'],
    ['sslkey', '-----BEGIN ENCRYPTED PRIVATE KEY-----\nhunter2', 'its key is encrypted'],
  ])('says what is wrong with the file of %s, and nothing of what is in it', (parameter, content, why) => {
    const url = withParameters('postgres://u@db/m', { [parameter]: written('wrong', content) });
    const message = messageOf(() => connectionSettings(url));
    expect(message).toContain(join(folder, 'wrong'));
    expect(message).toContain(why);
    expect(message).not.toContain('hunter2');
  });
});

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}
