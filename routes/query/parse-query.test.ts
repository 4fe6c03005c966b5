import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuery } from './parse-query.js';

function read(url: string): Record<string, readonly string[]> {
  const parsed = parseQuery(url);
  return parsed.ok ? Object.fromEntries(parsed.parameters) : { refused: [parsed.detail] };
}

describe('reading a query', () => {
  it.each([
    ['/x', {}],
    ['/x?', {}],
    ['/x?a', { a: [''] }],
    ['/x?a=', { a: [''] }],
    ['/x?a=1&b=2&a=3', { a: ['1', '3'], b: ['2'] }],
    ['/x?a=b=c', { a: ['b=c'] }],
    ['/x?a=1+2&b=1%2B2', { a: ['1 2'], b: ['1+2'] }],
    ['/x?a[b]=c&a[]=d', { 'a[b]': ['c'], 'a[]': ['d'] }],
    ['/x?&&a=%C3%A4&', { a: ['ä'] }],
    ['/x?a=?', { a: ['?'] }],
  ])('%s', (url, expected) => {
    expect(read(url)).toEqual(expected);
  });

  it('keeps __proto__ as a name like any other', () => {
    const parsed = parseQuery('/x?__proto__=1');
    expect(parsed.ok && [...parsed.parameters]).toEqual([['__proto__', ['1']]]);
  });

  it.each(['%', '%zz', '%c3%28', '%ff', 'a=%', 'a=%E0%80'])('refuses %s, which is not UTF-8', (query) => {
    expect(parseQuery(`/x?${query}`)).toMatchObject({ ok: false });
  });

  it('refuses more parameters than any route has', () => {
    expect(parseQuery(`/x?${'a=1&'.repeat(201)}`)).toMatchObject({ ok: false });
  });

  it('reads what URLSearchParams writes', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 20 }), (pairs) => {
        const written = new URLSearchParams(pairs);
        const names = [...new Set(written.keys())];
        const parsed = parseQuery(`/x?${written.toString()}`);
        expect(parsed.ok && [...parsed.parameters]).toEqual(
          names.map((name) => [name, written.getAll(name)]),
        );
      }),
    );
  });
});
