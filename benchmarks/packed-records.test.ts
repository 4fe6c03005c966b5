import { expect, it } from 'vitest';
import { PackedRecords } from './packed-records.js';

it('gives back what was added, also beyond the room it began with', () => {
  const records = new PackedRecords(3);
  const long = 'ü'.repeat(1_000_000);
  records.add(4, 'one');
  records.add(11, long);
  records.add(0, 'three');

  expect(records.length).toBe(3);
  expect([0, 1, 2].map((index) => records.at(index).record.value.toString())).toEqual(['one', long, 'three']);
  expect([0, 1, 2].map((index) => records.at(index).partition)).toEqual([4, 11, 0]);
  expect(records.at(2).record.offset).toBe(2);
});
