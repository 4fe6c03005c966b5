import { describe, expect, it } from 'vitest';
import { isAllowedHost } from './allowed-host.js';

describe('a process that asks nobody who they are', () => {
  it.each([
    undefined,
    'localhost',
    'localhost:3001',
    'LOCALHOST:1',
    'app.localhost:80',
    '127.0.0.1:3001',
    '127.8.9.1',
    '[::1]:3000',
    '192.168.1.5:3000',
    'meters.example',
    'meters.example:8443',
  ])('may be asked as %s', (host) => {
    expect(isAllowedHost(host, ['meters.example'])).toBe(true);
  });

  it.each([
    '',
    'evil.example:3001',
    'localhost.evil.example',
    'evillocalhost',
    'localhost@evil.example',
    'evil.example/localhost',
    '127.0.0.1.evil.example',
    'meters.example.evil.example',
    'a b',
    '[::1',
  ])('may not be asked as %j', (host) => {
    expect(isAllowedHost(host, ['meters.example'])).toBe(false);
  });

  it('may be asked by any name where that is said', () => {
    expect(isAllowedHost('evil.example', ['*'])).toBe(true);
  });
});
