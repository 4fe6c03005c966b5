import { describe, expect, it } from 'vitest';
import { link, parseLocation } from './parse-location.js';

describe('the address of a page', () => {
  it.each(['', '#', '#/', '/', '#//'])('%j is the first page', (hash) => {
    expect(parseLocation(hash)).toMatchObject({ path: '/', segments: [] });
  });

  it('keeps an id with a slash in one segment', () => {
    const address = link(['charge-points', 'Depot/7 ü?#']);
    expect(parseLocation(address).segments).toEqual(['charge-points', 'Depot/7 ü?#']);
  });

  it('carries a query, and leaves out what is empty', () => {
    const address = link(['charge-points'], { search: 'a&b', site: '' });
    expect(address).toBe('#/charge-points?search=a%26b');
    expect(parseLocation(address).query.get('search')).toBe('a&b');
  });

  it('takes what nobody can decode as it stands', () => {
    expect(parseLocation('#/charge-points/%E0%A4%A').segments).toEqual(['charge-points', '%E0%A4%A']);
  });

  it('is read at once, however many slashes a link has (the test would not end)', () => {
    const slashes = '/'.repeat(1_000_000);
    expect(parseLocation(`#${slashes}x${slashes}`).path).toBe('/x');
    expect(parseLocation(`#x${slashes}y`).segments).toEqual(['x', 'y']);
  });
});
