import { wholeNumber } from './whole-number.js';

const days = (min: number) => wholeNumber(min, 36_500).optional();

/** When old readings and aggregates change their form, and when they go; part of `environmentSchema`. */
export const storageVariables = {
  COMPACT_AFTER_DAYS: days(3).describe(
    'Workers move the readings of days that are older than this into a columnar form, about a tenth as large, which answers the same and still takes late readings. Unset: never. Set it once no older version runs any more (docs/storage.md).',
  ),
};
