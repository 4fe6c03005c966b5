import { describe, expect, it } from 'vitest';
import { clientAddress } from './client-address.js';

const behind = clientAddress(['10.0.0.0/8', '192.168.1.7', 'fd00::/8']);

describe('the address of a client', () => {
  it('is that of the connection as long as no proxy is trusted, whatever it says', () => {
    expect(clientAddress([])('198.51.100.9', '203.0.113.1')).toBe('198.51.100.9');
  });

  it.each<[string, string, string | string[] | undefined, string]>([
    ['who comes past the proxies', '198.51.100.9', '203.0.113.1', '198.51.100.9'],
    ['who comes by one', '10.1.2.3', '203.0.113.1', '203.0.113.1'],
    ['who comes by two', '10.1.2.3', '203.0.113.1, 192.168.1.7', '203.0.113.1'],
    ['who makes up hops before', '10.1.2.3', '127.0.0.1, 8.8.8.8, 203.0.113.1', '203.0.113.1'],
    ['who makes up a proxy before', '10.1.2.3', '10.9.9.9, 203.0.113.1', '203.0.113.1'],
    ['a proxy that says nothing', '10.1.2.3', undefined, '10.1.2.3'],
    ['a proxy that says nonsense', '10.1.2.3', 'unknown, <script>', '10.1.2.3'],
    ['a proxy that says a port', '10.1.2.3', '203.0.113.1:8080', '10.1.2.3'],
    ['proxies alone', '10.1.2.3', '10.4.4.4', '10.4.4.4'],
    ['an address mapped into IPv6', '::ffff:10.1.2.3', '::ffff:203.0.113.1', '203.0.113.1'],
    ['IPv6', 'fd00::1', '2001:db8::5', '2001:db8::5'],
    ['the header twice', '10.1.2.3', ['8.8.8.8', '203.0.113.1'], '203.0.113.1'],
    ['a header without an end', '10.1.2.3', '10.1.1.1,'.repeat(100_000), '10.1.2.3'],
  ])('is told rightly of %s', (_, remote, forwarded, expected) => {
    expect(behind(remote, forwarded)).toBe(expected);
  });
});
