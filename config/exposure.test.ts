import { describe, expect, it } from 'vitest';
import { loadConfig } from './config.js';
import { exposureFaults } from './exposure.js';

const KEY = { CREDENTIALS_KEY: 'ab'.repeat(32) };
const ISSUER = { JWT_ISSUER: 'i', JWT_AUDIENCE: 'a', JWT_KEYS_FILE: '/keys' };
const faults = (environment: Record<string, string>) => exposureFaults(loadConfig(environment, false).config);

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

  it.each([KEY, ISSUER])('starts with something to show and something that ends TLS', (shown) => {
    expect(faults({ HOST: '0.0.0.0', TLS_ENDS_BEFORE_ME: 'true', ...shown })).toEqual([]);
    expect(faults({ HOST: '0.0.0.0', ...shown })).toHaveLength(1);
  });
});
