import { describe, expect, it } from 'vitest';
import { bearerToken } from './bearer-token.js';

const encoded = (token: string): string => `bearer.${Buffer.from(token).toString('base64url')}`;
const of = (headers: Readonly<Record<string, string | string[]>>) => {
  const found = bearerToken({ headers });
  return found.kind === 'token' ? found.token : found.kind;
};

describe('the bearer token of a request', () => {
  it('stands in the header Authorization, whatever the case of its scheme', () => {
    expect(of({ authorization: 'Bearer abc.def-_~+/=' })).toBe('abc.def-_~+/=');
    expect(of({ authorization: 'bearer   abc' })).toBe('abc');
  });

  it('stands among the subprotocols of a page, which can send no header', () => {
    expect(of({ 'sec-websocket-protocol': encoded('a.b.c') })).toBe('a.b.c');
    expect(of({ 'sec-websocket-protocol': `meterpulse, ${encoded('a.b.c')}` })).toBe('a.b.c');
  });

  it('is absent where neither has one', () => {
    expect(of({})).toBe('none');
    expect(of({ 'sec-websocket-protocol': 'meterpulse' })).toBe('none');
  });

  it.each<[string, Record<string, string | string[]>]>([
    ['another scheme', { authorization: 'Basic YTpi' }],
    ['nothing behind the scheme', { authorization: 'Bearer ' }],
    ['an empty header', { authorization: '' }],
    ['two tokens in a header', { authorization: 'Bearer a, Bearer b' }],
    ['the header twice', { authorization: ['Bearer a', 'Bearer b'] }],
    ['header and subprotocol', { authorization: 'Bearer a', 'sec-websocket-protocol': encoded('a') }],
    ['two subprotocols', { 'sec-websocket-protocol': `${encoded('a')}, ${encoded('b')}` }],
    ['a subprotocol that is not base64url', { 'sec-websocket-protocol': 'bearer.a+b' }],
    ['a subprotocol with a line break inside', { 'sec-websocket-protocol': encoded('a\r\nb') }],
    ['a token of 8,193 characters', { authorization: `Bearer ${'a'.repeat(8_193)}` }],
    ['a subprotocol of a megabyte', { 'sec-websocket-protocol': encoded('a'.repeat(1_000_000)) }],
  ])('is none in %s', (_, headers) => {
    expect(of(headers)).toBe('malformed');
  });

  const TICKET = `mt_${'a'.repeat(43)}`;
  const inAddress = (handshake: string, headers = {}) => {
    const found = bearerToken({ headers, handshake });
    return found.kind === 'token' ? found.token : found.kind;
  };

  it('may be a ticket in the address of a handshake, and no key or token', () => {
    expect(inAddress(`/live?ticket=${TICKET}`)).toBe(TICKET);
    expect(inAddress(`/live?a=b&ticket=${TICKET}`)).toBe(TICKET);
    expect(inAddress('/live')).toBe('none');
    expect(inAddress('/live?tickets=1')).toBe('none');
    expect(inAddress('/live?ticket=')).toBe('malformed');
    expect(inAddress('/live?ticket=a.b.c')).toBe('malformed');
    expect(inAddress(`/live?ticket=${TICKET}&ticket=${TICKET}`)).toBe('malformed');
    expect(inAddress(`/live?ticket=${TICKET}`, { authorization: 'Bearer a' })).toBe('malformed');
    expect(inAddress('/live?ticket=%', {})).toBe('malformed');
  });

  it('may be 8,192 characters long', () => {
    const token = 'a'.repeat(8_192);
    expect(of({ authorization: `Bearer ${token}` })).toBe(token);
    expect(of({ 'sec-websocket-protocol': encoded(token) })).toBe(token);
  });

  it('is found out without backtracking, however hostile the header (the test would not end)', () => {
    for (const header of [
      'Bearer' + ' '.repeat(100_000),
      `Bearer ${'='.repeat(100_000)}x`,
      '.'.repeat(100_000),
    ]) {
      expect(of({ authorization: header })).toBe('malformed');
      expect(of({ 'sec-websocket-protocol': `bearer.${header}` })).toBe('malformed');
    }
  });
});
