/**
 * Whether each reading of a ledger is in the table once: `tsx scripts/compare-ledger.ts LEDGER`, with DATABASE_URL.
 * Prints the comparison as one JSON line; ends with 1 when something is lost or stored twice.
 */
import process from 'node:process';
import { loadConfig } from '../config/config.js';
import { compareLedger } from '../load-tests/report/compare-ledger.js';

const { DATABASE_URL } = loadConfig().config;
const ledgers = process.argv.slice(2);
if (DATABASE_URL === undefined || ledgers.length === 0) {
  console.error('usage: DATABASE_URL=postgres://... tsx scripts/compare-ledger.ts LEDGER...');
  process.exit(2);
}
const comparison = await compareLedger(DATABASE_URL, ledgers);
console.log(JSON.stringify(comparison));
process.exit(comparison.acknowledged > 0 && comparison.lost === 0 && comparison.doubled === 0 ? 0 : 1);
