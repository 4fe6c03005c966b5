import { expect, it } from 'vitest';
import { ticksOf } from './postgres-cpu.js';

it('reads the ticks of a process whose name has spaces and parentheses', () => {
  const stat = '42 (postgres: (a) b) S 1 42 42 0 -1 4194560 100 200 0 0 17 4 300 25 20 0 1 0 12345 0 0';
  expect(ticksOf(stat)).toEqual({ own: 21, ended: 325 });
});
