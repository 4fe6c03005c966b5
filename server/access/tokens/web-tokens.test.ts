import { createHmac, type KeyObject } from 'node:crypto';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { verificationKeys, type KeySource } from './verification-keys.js';
import { WebTokens, type WebTokenOptions } from './web-tokens.js';

const NOW = Date.UTC(2026, 2, 1) / 1_000;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const other = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');
const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
const jwk = (key: KeyObject, kid: string, alg: string) => ({
  ...key.export({ format: 'jwk' }),
  kid,
  alg,
  use: 'sig',
});
const JWKS = {
  keys: [
    jwk(rsa.publicKey, 'rsa', 'RS256'),
    jwk(ec.publicKey, 'ec', 'ES256'),
    jwk(ed.publicKey, 'ed', 'EdDSA'),
  ],
};

const CLAIMS = {
  iss: 'https://id.example',
  aud: 'meterpulse',
  sub: 'ada',
  exp: NOW + 600,
  scope: 'openid readings:read commands:send',
};
type Signer = (input: string) => Buffer;
const byRsa =
  (key: KeyObject): Signer =>
  (input) =>
    sign('sha256', Buffer.from(input), key);
const byEc: Signer = (input) =>
  sign('sha256', Buffer.from(input), { key: ec.privateKey, dsaEncoding: 'ieee-p1363' });
const byEd: Signer = (input) => sign(null, Buffer.from(input), ed.privateKey);
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Made by hand: a library that signs refuses to make most of what is tried here. */
function token(
  claims: object = CLAIMS,
  header: object = { alg: 'RS256', kid: 'rsa' },
  signer: Signer = byRsa(rsa.privateKey),
): string {
  const input = `${part(header)}.${part(claims)}`;
  return `${input}.${signer(input).toString('base64url')}`;
}

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  cleanUps.push(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`);
}

async function file(text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'mp-keys-'));
  cleanUps.push(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, 'keys');
  await writeFile(path, text);
  return path;
}

function tokens(source: KeySource, options: Partial<WebTokenOptions> = {}): WebTokens {
  return new WebTokens({
    issuer: CLAIMS.iss,
    audience: CLAIMS.aud,
    keys: verificationKeys(source),
    clockToleranceS: 5,
    sitesClaim: null,
    now: () => NOW * 1_000,
    ...options,
  });
}

const ofFile = async (
  options: Partial<WebTokenOptions> = {},
  text = JSON.stringify(JWKS),
): Promise<WebTokens> => tokens({ kind: 'file', path: await file(text) }, options);

describe('a JSON Web Token', () => {
  it.each<[string, string]>([
    ['RS256', token()],
    ['ES256', token(CLAIMS, { alg: 'ES256', kid: 'ec' }, byEc)],
    ['EdDSA', token(CLAIMS, { alg: 'EdDSA', kid: 'ed' }, byEd)],
    ['of an access token by RFC 9068', token(CLAIMS, { alg: 'RS256', kid: 'rsa', typ: 'at+jwt' })],
  ])('shows who its subject is and what they may do: %s', async (_, text) => {
    expect(await (await ofFile()).verify(text)).toEqual({
      ok: true,
      principal: {
        name: 'ada',
        by: 'token',
        scopes: new Set(['readings:read', 'commands:send']),
        sites: null,
        chargePointIds: null,
        expiresAt: (NOW + 605) * 1_000,
      },
    });
  });

  it.each<[string, Signer, object, KeyObject]>([
    ['RSA', byRsa(rsa.privateKey), { alg: 'RS256' }, rsa.publicKey],
    ['P-256', byEc, { alg: 'ES256' }, ec.publicKey],
    ['Ed25519', byEd, { alg: 'EdDSA' }, ed.publicKey],
  ])('is verified by a single public key, PEM: %s', async (_, signer, header, key) => {
    const verified = await (await ofFile({}, pem(key))).verify(token(CLAIMS, header, signer));
    expect(verified).toMatchObject({ ok: true });
  });

  it.each<[string, object, readonly string[]]>([
    ['a text', { scope: 'readings:read  admin' }, ['readings:read', 'admin']],
    ['a list', { scope: ['readings:read', 7, null] }, ['readings:read']],
    ['scp', { scope: undefined, scp: ['registry:write'] }, ['registry:write']],
    ['none', { scope: undefined }, []],
    ['an object', { scope: { admin: true } }, []],
    ['names that are none of ours', { scope: 'root ADMIN __proto__ constructor toString' }, []],
  ])('has the scopes that are known here, of %s', async (_, claims, scopes) => {
    const verified = await (await ofFile()).verify(token({ ...CLAIMS, ...claims }));
    expect(verified).toMatchObject({ ok: true, principal: { scopes: new Set(scopes) } });
  });

  it.each<[string, unknown, readonly string[] | null]>([
    ['those it lists', ['north', 'south'], ['north', 'south']],
    ['all, by a star', '*', null],
    ['all, by a star in the list', ['*'], null],
    ['none, when the claim is absent', undefined, []],
    ['none, when it is a text', 'north', []],
    ['those of the list that are texts', [1, 'north', {}], ['north']],
    ['none, when there are absurdly many', Array.from({ length: 1_001 }, (_, at) => `s${at}`), []],
  ])('shows sites by the claim that is named: %s', async (_, sites, expected) => {
    const verified = await (await ofFile({ sitesClaim: 'sites' })).verify(token({ ...CLAIMS, sites }));
    expect(verified).toMatchObject({
      ok: true,
      principal: { sites: expected === null ? null : new Set(expected) },
    });
  });

  const hmacByPublicKey: Signer = (input) => createHmac('sha256', pem(rsa.publicKey)).update(input).digest();
  const tampered = (): string => {
    const [header, , signature] = token().split('.');
    return `${header}.${part({ ...CLAIMS, scope: 'admin' })}.${signature}`;
  };
  const foreignJwk = jwk(other.publicKey, 'mine', 'RS256');
  it.each<[string, string]>([
    ['alg none', token(CLAIMS, { alg: 'none' }, () => Buffer.alloc(0))],
    ['alg None', token(CLAIMS, { alg: 'None', kid: 'rsa' }, () => Buffer.alloc(0))],
    ['no signature', `${part({ alg: 'RS256', kid: 'rsa' })}.${part(CLAIMS)}.`],
    ['the public key as the secret of HS256', token(CLAIMS, { alg: 'HS256', kid: 'rsa' }, hmacByPublicKey)],
    ['the public key as the secret of HS256, without kid', token(CLAIMS, { alg: 'HS256' }, hmacByPublicKey)],
    ['a key of another type', token(CLAIMS, { alg: 'ES256', kid: 'rsa' }, byEc)],
    ['another key of the same id', token(CLAIMS, { alg: 'RS256', kid: 'rsa' }, byRsa(other.privateKey))],
    ['a key of its own header', token(CLAIMS, { alg: 'RS256', jwk: foreignJwk }, byRsa(other.privateKey))],
    ['a path as kid', token(CLAIMS, { alg: 'RS256', kid: '../../../../dev/null' })],
    ['SQL as kid', token(CLAIMS, { alg: 'RS256', kid: "rsa' or '1'='1" })],
    ['an object as kid', token(CLAIMS, { alg: 'RS256', kid: { $ne: null } })],
    ['critical headers that are unknown', token(CLAIMS, { alg: 'RS256', kid: 'rsa', crit: ['x'], x: 1 })],
    ['claims that were changed', tampered()],
    ['PS256', token(CLAIMS, { alg: 'PS256', kid: 'rsa' })],
    ['another issuer', token({ ...CLAIMS, iss: 'https://id.example.evil' })],
    ['no issuer', token({ ...CLAIMS, iss: undefined })],
    ['another audience', token({ ...CLAIMS, aud: 'other' })],
    ['no audience', token({ ...CLAIMS, aud: undefined })],
    ['no end', token({ ...CLAIMS, exp: undefined })],
    ['an end that is a text', token({ ...CLAIMS, exp: '9999999999' })],
    ['an end beyond the tolerance', token({ ...CLAIMS, exp: NOW - 6 })],
    ['a beginning in the future', token({ ...CLAIMS, nbf: NOW + 6 })],
    ['no subject', token({ ...CLAIMS, sub: undefined })],
    ['an empty subject', token({ ...CLAIMS, sub: '' })],
    ['a list as the subject', token({ ...CLAIMS, sub: ['ada'] })],
    ['claims that are a list', token([CLAIMS])],
    ['two parts', 'a.b'],
    ['no JSON', 'a.b.c'],
    ['nothing', ''],
  ])('is refused for %s', async (_, text) => {
    const refused = await (await ofFile({ sitesClaim: 'sites' })).verify(text);
    expect(refused).toEqual({ ok: false, why: expect.stringMatching(/\w/) as string });
  });

  it.each<[string, object]>([
    ['one of several audiences', { aud: ['other', 'meterpulse'] }],
    ['an end within the tolerance', { exp: NOW - 4 }],
    ['a beginning within the tolerance', { nbf: NOW + 4 }],
  ])('is taken with %s', async (_, claims) => {
    expect(await (await ofFile()).verify(token({ ...CLAIMS, ...claims }))).toMatchObject({ ok: true });
  });

  it('is refused from its end on, though it was good before', async () => {
    let now = NOW;
    const verifier = await ofFile({ now: () => now * 1_000 });
    expect(await verifier.verify(token())).toMatchObject({ ok: true });
    now = CLAIMS.exp + 6;
    expect(await verifier.verify(token())).toMatchObject({ ok: false });
  });
});

describe('keys of a URL', () => {
  const jwks =
    (counted: { times: number }, keys: () => object = () => JWKS): RequestListener =>
    (_, response) => {
      counted.times++;
      response.setHeader('content-type', 'application/json').end(JSON.stringify(keys()));
    };

  it('are fetched once for many tokens, and not again for made-up key ids', async () => {
    const counted = { times: 0 };
    const verifier = tokens({ kind: 'url', url: await serve(jwks(counted)) });
    for (let at = 0; at < 20; at++) {
      expect(await verifier.verify(token({ ...CLAIMS, jti: at }))).toMatchObject({ ok: true });
      const made = token(CLAIMS, { alg: 'RS256', kid: `made-up-${at}` });
      expect(await verifier.verify(made)).toMatchObject({ ok: false });
    }
    expect(counted.times).toBe(1);
  });

  it.each<[string, RequestListener]>([
    ['an error', (_, response) => response.writeHead(500).end()],
    [
      'a redirect, which is not followed',
      (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    ],
    ['no JSON', (_, response) => response.end('<html>')],
    ['no JWKS', (_, response) => response.end('{"keys":1}')],
    ['nothing, and hang up', (request) => request.socket.destroy()],
  ])('are an outage while it answers %s', async (_, listener) => {
    const verifier = tokens({ kind: 'url', url: await serve(listener) });
    await expect(verifier.verify(token())).rejects.toMatchObject({ code: 'IDENTITY_UNAVAILABLE' });
  });

  it('are asked for where the configuration says alone: not where a token points', async () => {
    const asked: string[] = [];
    const evil = await serve((request, response) => {
      asked.push(request.url ?? '');
      response.end(JSON.stringify({ keys: [jwk(other.publicKey, 'rsa', 'RS256')] }));
    });
    const verifier = tokens({ kind: 'url', url: await serve(jwks({ times: 0 })) });
    for (const name of ['jku', 'x5u']) {
      const header = { alg: 'RS256', kid: 'rsa', [name]: evil.href };
      expect(await verifier.verify(token(CLAIMS, header, byRsa(other.privateKey)))).toMatchObject({
        ok: false,
      });
    }
    expect(asked).toEqual([]);
  });
});

describe('keys of a file', () => {
  it('are read again when it has changed, as secrets of Kubernetes do', async () => {
    const path = await file(pem(other.publicKey));
    const verifier = tokens({ kind: 'file', path });
    expect(await verifier.verify(token())).toMatchObject({ ok: false });
    await writeFile(`${path}.new`, pem(rsa.publicKey));
    await rename(`${path}.new`, path);
    await expect.poll(() => verifier.verify(token()), { timeout: 20_000 }).toMatchObject({ ok: true });
  });

  it.each<[string, string]>([
    ['is empty', ''],
    ['is no key', 'hello'],
    ['has a private key', rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['is broken JSON', '{"keys":['],
    ['is larger than a megabyte', ' '.repeat(1024 * 1024 + 1)],
  ])('are an outage that names the file and not what is in it, when it %s', async (_, text) => {
    const path = await file(text);
    const failed = await tokens({ kind: 'file', path })
      .verify(token())
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'IDENTITY_UNAVAILABLE' });
    expect(String(failed)).toContain(path);
    expect(String(failed)).not.toContain('PRIVATE');
  });

  it('are an outage while there is none', async () => {
    const verifier = tokens({ kind: 'file', path: join(tmpdir(), 'mp-no-such-file') });
    await expect(verifier.verify(token())).rejects.toMatchObject({ code: 'IDENTITY_UNAVAILABLE' });
  });
});
