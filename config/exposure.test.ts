import { describe, expect, it } from 'vitest';
import { loadConfig } from './config.js';
import { exposureFaults } from './exposure.js';

const KEY = { CREDENTIALS_KEY: 'ab'.repeat(32) };
const ISSUER = { JWT_ISSUER: 'i', JWT_AUDIENCE: 'a', JWT_KEYS_FILE: '/keys' };
const TLS = { TLS_CERT_FILE: '/c', TLS_KEY_FILE: '/k' };
const FILE = { ok: true, text: 'x' } as const;
const faults = (environment: Record<string, string>, role = 'gateway') =>
  exposureFaults(loadConfig(environment, false, () => FILE).config, role);

describe('a role that others can reach', () => {
  it.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost'])(
    'needs nothing on %s, where nobody else is',
    (HOST) => {
      expect(faults({ HOST })).toEqual([]);
      expect(faults({ HOST, AUTHENTICATION: 'open' })).toEqual([]);
    },
  );

  it.each(['0.0.0.0', '::', '10.0.0.7', '128.0.0.1', 'meterpulse.example', '127.0.0.1.example', '0'])(
    'does not start on %s without authentication and TLS, and is told what to set',
    (HOST) => {
      const [identity, encryption] = faults({ HOST });
      expect(identity).toContain(
        `HOST is '${HOST}', which others can reach, and nobody can show who they are`,
      );
      expect(identity).toContain('CREDENTIALS_KEY_FILE');
      expect(encryption).toContain('TLS_ENDS_BEFORE_ME=true');
    },
  );

  it('does not start where it was said to ask nobody', () => {
    const [fault, ...more] = faults({
      HOST: '0.0.0.0',
      AUTHENTICATION: 'open',
      TLS_ENDS_BEFORE_ME: 'true',
      ...KEY,
    });
    expect(fault).toContain('AUTHENTICATION is open, expected required');
    expect(more).toEqual([]);
  });

  it('starts with TLS of its own, which each of its ports has to have', () => {
    const environment = { HOST: '0.0.0.0', ...KEY, ...TLS };
    for (const role of ['gateway', 'gateway-process', 'api', 'live', 'all'])
      expect(faults(environment, role)).toEqual([]);
    expect(faults({ ...environment, API_TLS: 'off' }, 'gateway')).toEqual([]);
    expect(faults({ ...environment, API_TLS: 'off' }, 'api')[0]).toContain('API_TLS is off');
    expect(faults({ ...environment, API_TLS: 'off' }, 'all')[0]).toContain('API_TLS is off');
  });

  it.each(['worker', 'migrate', 'credentials'])('is not %s, which nobody comes to', (role) => {
    expect(faults({ HOST: '0.0.0.0' }, role)).toEqual([]);
  });

  it.each([KEY, ISSUER])('starts with something to show and something that ends TLS', (shown) => {
    expect(faults({ HOST: '0.0.0.0', TLS_ENDS_BEFORE_ME: 'true', ...shown })).toEqual([]);
    expect(faults({ HOST: '0.0.0.0', ...shown })).toHaveLength(1);
  });
});
