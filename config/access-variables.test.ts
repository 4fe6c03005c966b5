import { describe, expect, it } from 'vitest';
import { loadConfig } from './config.js';

const KEY = 'ab'.repeat(32);
const TOKENS = {
  JWT_ISSUER: 'https://id.example.com',
  JWT_AUDIENCE: 'meterpulse',
  JWT_JWKS_URL: 'https://id.example.com/jwks.json',
};
const load = (environment: Record<string, string>) => loadConfig(environment, false).config;

function messageOf(environment: Record<string, string>): string {
  try {
    load(environment);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it was taken');
}

describe('the variables of access', () => {
  it('ask nobody who they are until there is something to show', () => {
    expect(load({}).AUTHENTICATION).toBe('open');
    expect(load({ CREDENTIALS_KEY: KEY }).AUTHENTICATION).toBe('required');
    expect(load(TOKENS).AUTHENTICATION).toBe('required');
    expect(load({ ...TOKENS, AUTHENTICATION: 'open' }).AUTHENTICATION).toBe('open');
  });

  it.each([
    KEY,
    KEY.toUpperCase(),
    `${'A'.repeat(42)}A=`,
    'a_-'.repeat(14) + 'b',
    `${KEY},${'cd'.repeat(32)}`,
  ])('take 32 bytes as %s', (key) => {
    expect(load({ CREDENTIALS_KEY: key }).CREDENTIALS_KEY).toBe(key);
  });

  it.each([
    'hunter2',
    KEY.slice(1),
    `${KEY}0`,
    `${KEY.slice(1)}g`,
    `${KEY}\n${KEY}`,
    `${KEY},`,
    `${KEY},${KEY}`,
  ])('refuse %j as the key, and do not repeat it', (key) => {
    const message = messageOf({ CREDENTIALS_KEY: key });
    expect(message).toContain('CREDENTIALS_KEY is not valid, expected 32 random bytes');
    expect(message).not.toContain(key.slice(0, 7));
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'nothing to show',
      { AUTHENTICATION: 'required' },
      'expected CREDENTIALS_KEY (or CREDENTIALS_KEY_FILE), or JWT_ISSUER',
    ],
    ['an audience without an issuer', { JWT_AUDIENCE: 'a' }, 'JWT_AUDIENCE is set without JWT_ISSUER'],
    ['sites without an issuer', { JWT_SITES_CLAIM: 'a' }, 'JWT_SITES_CLAIM is set without JWT_ISSUER'],
    [
      'an issuer without an audience',
      { ...TOKENS, JWT_AUDIENCE: '' },
      'JWT_ISSUER is set without JWT_AUDIENCE',
    ],
    ['an issuer without keys', { ...TOKENS, JWT_JWKS_URL: '' }, 'neither of JWT_JWKS_URL and JWT_KEYS_FILE'],
    ['keys in two places', { ...TOKENS, JWT_KEYS_FILE: '/keys' }, 'both of JWT_JWKS_URL and JWT_KEYS_FILE'],
    [
      'keys that anybody on the way can change',
      { ...TOKENS, JWT_JWKS_URL: 'http://id.example.com/' },
      'JWT_JWKS_URL is not valid',
    ],
    [
      'keys in a file by a URL',
      { ...TOKENS, JWT_JWKS_URL: 'file:///etc/passwd' },
      'JWT_JWKS_URL is not valid',
    ],
    [
      'a password in the URL',
      { ...TOKENS, JWT_JWKS_URL: 'https://u:p@id.example.com/' },
      'JWT_JWKS_URL is not valid',
    ],
    ['a tolerance of an hour', { JWT_CLOCK_TOLERANCE_S: '3600' }, 'expected a whole number from 0 to 300'],
  ])('refuse %s, and say what to set', (_, environment, expected) => {
    expect(messageOf(environment)).toContain(expected);
  });

  it.each(['http://127.0.0.1:9/jwks', 'http://[::1]:9/jwks', 'http://localhost/jwks'])(
    'take keys of %s',
    (url) => {
      expect(load({ ...TOKENS, JWT_JWKS_URL: url }).JWT_JWKS_URL).toBe(url);
    },
  );
});
