import { describe, expect, it } from 'vitest';
import { loadConfig } from './config.js';

const FILES = { TLS_CERT_FILE: '/c', TLS_KEY_FILE: '/k' };
const CLIENTS = { TLS_CLIENT_CA_FILE: '/ca' };

const load = (environment: Record<string, string>) =>
  loadConfig(environment, false, () => ({ ok: true, text: 'unused' })).config;

describe('variables of TLS of listeners', () => {
  it('have every listener plain without a certificate, and speaking TLS with one', () => {
    const modes = { GATEWAY_TLS: 'off', API_TLS: 'off', LIVE_TLS: 'off', ADMIN_TLS: 'off' };
    expect(load({})).toMatchObject(modes);
    expect(load(FILES)).toMatchObject({ GATEWAY_TLS: 'on', API_TLS: 'on', LIVE_TLS: 'on', ADMIN_TLS: 'on' });
    expect(load({ ...FILES, ADMIN_TLS: 'off' })).toMatchObject({ ADMIN_TLS: 'off', API_TLS: 'on' });
  });

  it('take each of the three profiles for GATEWAY_PORT, and the others beside it', () => {
    const all = { ...FILES, ...CLIENTS, GATEWAY_PLAIN_PORT: '0', GATEWAY_MUTUAL_TLS_PORT: '0' };
    expect(load(all)).toMatchObject({ GATEWAY_TLS: 'on', GATEWAY_PLAIN_PORT: 0, GATEWAY_MUTUAL_TLS_PORT: 0 });
    expect(load({ ...FILES, ...CLIENTS, GATEWAY_TLS: 'mutual', GATEWAY_PLAIN_PORT: '3000' })).toMatchObject({
      GATEWAY_TLS: 'mutual',
    });
  });

  it.each<[Record<string, string>, string]>([
    [{ TLS_CERT_FILE: '/c' }, 'TLS_CERT_FILE is set without TLS_KEY_FILE'],
    [{ TLS_KEY_FILE: '/k' }, 'TLS_KEY_FILE is set without TLS_CERT_FILE'],
    [{ API_TLS: 'on' }, 'API_TLS is on without TLS_CERT_FILE'],
    [{ GATEWAY_MUTUAL_TLS_PORT: '1', ...CLIENTS }, 'GATEWAY_MUTUAL_TLS_PORT is set without TLS_CERT_FILE'],
    [{ ...FILES, LIVE_TLS: 'mutual' }, 'LIVE_TLS is mutual without TLS_CLIENT_CA_FILE'],
    [{ ...FILES, GATEWAY_MUTUAL_TLS_PORT: '1' }, 'GATEWAY_MUTUAL_TLS_PORT is set without TLS_CLIENT_CA_FILE'],
    [{ ...FILES, ...CLIENTS }, 'no listener asks for certificates of clients, expected GATEWAY_TLS=mutual'],
    [{ ...FILES, TLS_CLIENT_CRL_FILE: '/l' }, 'TLS_CLIENT_CRL_FILE is set without TLS_CLIENT_CA_FILE'],
    [{ GATEWAY_PLAIN_PORT: '1' }, 'GATEWAY_PORT speaks no TLS either'],
    [{ ...FILES, GATEWAY_TLS: 'off', GATEWAY_PLAIN_PORT: '1' }, 'GATEWAY_PORT speaks no TLS either'],
    [
      { ...FILES, ...CLIENTS, GATEWAY_TLS: 'mutual', GATEWAY_MUTUAL_TLS_PORT: '1' },
      'GATEWAY_TLS is mutual already',
    ],
    [{ GATEWAY_TLS: 'true' }, 'expected off, on or mutual'],
    [{ ...FILES, TLS_MIN_VERSION: '1.1' }, 'expected 1.2 or 1.3'],
    [{ TLS_CRT_FILE: '/c' }, 'TLS_CERT_FILE'],
  ])('refuse %o', (environment, expected) => {
    expect(() => load(environment)).toThrow(expected);
  });

  it.each(['TLS_CERT_FILE', 'TLS_KEY_FILE', 'TLS_CLIENT_CA_FILE', 'TLS_CLIENT_CRL_FILE'])(
    'name %s when it can not be read',
    (name) => {
      expect(() => loadConfig({ [name]: '/nowhere/file' }, false)).toThrow(
        `${name} is '/nowhere/file', expected a file that can be used, and there is no such file`,
      );
    },
  );
});
