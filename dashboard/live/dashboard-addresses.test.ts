import { describe, expect, it } from 'vitest';
import { ownLiveUrl } from './dashboard-addresses.js';

describe('the live feed beside the page', () => {
  it.each([
    ['http://127.0.0.1:3001/', 'ws://127.0.0.1:3001/live'],
    ['https://example.com/meters/?a=1#/charge-points', 'wss://example.com/meters/live'],
    ['https://example.com/meters/index.html', 'wss://example.com/meters/live'],
  ])('of %s is %s', (page, live) => {
    expect(ownLiveUrl(page)).toBe(live);
  });
});
