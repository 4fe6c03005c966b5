import { describe, expect, it } from 'vitest';
import { isAllowedOrigin } from './allowed-origin.js';

describe('isAllowedOrigin', () => {
  it.each([
    [undefined, 'live.example', null, true],
    ['https://live.example', 'live.example', null, true],
    ['https://live.example:8443', 'live.example:3002', null, true],
    ['https://elsewhere.example', 'live.example', null, false],
    ['https://live.example.evil', 'live.example', null, false],
    ['http://localhost:5173', '127.0.0.1:3002', null, true],
    ['http://[::1]:5173', 'localhost:3002', null, true],
    ['https://elsewhere.example', '127.0.0.1:3002', null, false],
    ['null', 'live.example', null, false],
    ['', 'live.example', null, false],
    ['https://live.example', undefined, null, false],
    ['https://a.example', 'live.example', ['https://a.example'], true],
    ['http://a.example', 'live.example', ['https://a.example'], false],
    ['https://live.example', 'live.example', ['https://a.example'], false],
    ['null', 'live.example', ['*'], true],
  ])('judges %j at %j with %j', (origin, host, origins, allowed) => {
    expect(isAllowedOrigin(origin, host, origins)).toBe(allowed);
  });
});
