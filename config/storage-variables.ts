import { wholeNumber } from './whole-number.js';

const days = (min: number) => wholeNumber(min, 36_500).optional();

/** When old readings and aggregates change their form, and when they go; part of `environmentSchema`. */
export const storageVariables = {
  COMPACT_AFTER_DAYS: days(3).describe(
    'Workers move the readings of days that are older than this into a columnar form, about a tenth as large, which answers the same and still takes late readings. Unset: never. Set it once no older version runs any more (docs/storage.md).',
  ),
  RETENTION_RAW_DAYS: days(7).describe(
    'Workers drop readings that are older. Their aggregates stay as they are, and readings that come later than this are quarantined. Unset: never. The same in every worker.',
  ),
  RETENTION_15M_DAYS: days(14).describe(
    'Workers remove aggregates of 15 minutes that are older; at least a week more than RETENTION_RAW_DAYS. Unset: never.',
  ),
  RETENTION_1H_DAYS: days(14).describe(
    'The same of those of hours; no less than RETENTION_15M_DAYS. Unset: never.',
  ),
  RETENTION_1D_DAYS: days(14).describe(
    'The same of those of days; no less than RETENTION_1H_DAYS. Unset: never.',
  ),
};
