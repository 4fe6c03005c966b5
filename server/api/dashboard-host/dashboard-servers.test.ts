import { describe, expect, it } from 'vitest';
import { addressesFor, socketOrigins } from './dashboard-servers.js';

const PORTS = { live: null, ingest: { scheme: 'ws' as const, port: 3000, path: '/ingest' } };

describe('where the dashboard finds its servers', () => {
  it.each([
    ['127.0.0.1:3001', 'ws://127.0.0.1:3000/ingest'],
    ['depot.example.com', 'ws://depot.example.com:3000/ingest'],
    ['[::1]:3001', 'ws://[::1]:3000/ingest'],
  ])('is a port of the host that the browser asked, %s', (host, ingestUrl) => {
    expect(addressesFor(PORTS, host)).toEqual({ liveUrl: null, ingestUrl });
  });

  it.each([
    undefined,
    '',
    'a b',
    'a;script-src *',
    "x' 'unsafe-inline",
    'a\r\nb',
    'a/b',
    '[::1',
    '[:::::]',
    '1.2.3.999',
    'a:b',
    'a'.repeat(300),
  ])('is not told to who asks %j', (host) => {
    expect(addressesFor(PORTS, host)).toEqual({ liveUrl: null, ingestUrl: null });
  });

  it.each(['', 'a b', 'a;script-src *', "x' 'unsafe-inline", 'a\r\nb', 'a/b', '*', '*.example.com'])(
    'gets nothing into the policy from a Host header that is %j',
    (host) => {
      expect(socketOrigins({ liveUrl: null, ingestUrl: null }, host)).toEqual([]);
    },
  );

  it('is a URL as it is configured, of which the policy gets the origin', () => {
    const servers = { live: { url: 'wss://live.example.com/live?a=1' }, ingest: null };
    const addresses = addressesFor(servers, 'x');
    expect(addresses).toEqual({ liveUrl: 'wss://live.example.com/live?a=1', ingestUrl: null });
    expect(socketOrigins(addresses, 'x:1')).toEqual(['ws://x:1', 'wss://x:1', 'wss://live.example.com']);
  });
});
